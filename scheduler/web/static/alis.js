// What makes the pages nicer where scripts run; without it every page does the same with a button.

// --- a search: look again every second, and show the page anew when it is over

async function follow(part) {
  for (;;) {
    await new Promise((done) => setTimeout(done, 1000));
    let answer;
    try {
      answer = await fetch(part.dataset.progress);
    } catch {
      continue; // the machine slept, or the server is being started again
    }
    if (!answer.ok) return;
    const fresh = document.createElement("template");
    fresh.innerHTML = await answer.text();
    if (fresh.content.querySelector('[data-over="yes"]')) {
      location.replace(location.pathname);
      return;
    }
    part.replaceChildren(fresh.content);
  }
}
document.querySelectorAll("[data-progress]").forEach(follow);

// --- a file that is dropped is read at once

document.querySelectorAll("form[data-drop]").forEach((form) => {
  const area = form.querySelector(".drop");
  const input = form.querySelector("input[type=file]");
  const over = (is) => (event) => {
    event.preventDefault();
    area.classList.toggle("over", is);
  };
  area.addEventListener("dragover", over(true));
  area.addEventListener("dragleave", over(false));
  area.addEventListener("drop", (event) => {
    over(false)(event);
    if (event.dataTransfer.files.length) {
      input.files = event.dataTransfer.files;
      form.requestSubmit();
    }
  });
});
