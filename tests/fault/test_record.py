"""The file: where it goes, that it overwrites nothing, and what becomes of hashes."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import pytest
from unmistakable import TREE, found_in

from scheduler.fault import Names, Situation, bare_record, leave, plan_document, read_document, record_of
from scheduler.fault.__main__ import main, unpacked
from scheduler.fault.documents import instance_document
from scheduler.fault.record import NOT_TOLD
from scheduler.files import read_instance
from scheduler.plan import Plan
from scheduler.solve import Options, solve

NOW = datetime.datetime(2027, 3, 2, 9, 5, 7)
NAME = "alis-feil-2027-03-02-090507"


def test_the_name_says_when_and_is_new(tmp_path: Path) -> None:
    assert leave({"a": "å"}, [tmp_path], NOW) == tmp_path / f"{NAME}.json"
    (tmp_path / f"{NAME}.json").write_text("mine", encoding="utf-8")
    assert leave({"b": 1}, [tmp_path], NOW) == tmp_path / f"{NAME}-2.json"
    assert leave({"c": 1}, [tmp_path], NOW) == tmp_path / f"{NAME}-3.json"
    assert (tmp_path / f"{NAME}.json").read_text(encoding="utf-8") == "mine"
    assert json.loads((tmp_path / f"{NAME}-2.json").read_text(encoding="utf-8")) == {"b": 1}


def test_the_first_folder_that_takes_it(tmp_path: Path) -> None:
    a_file = tmp_path / "file"
    a_file.touch()
    good = tmp_path / "good"
    good.mkdir()
    assert leave({}, [a_file, tmp_path / "nowhere", Path("no\0where"), good], NOW) == good / f"{NAME}.json"
    assert leave({}, [a_file, tmp_path / "nowhere"], NOW) is None


def test_a_disk_that_fills_up_leaves_no_half_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        def __enter__(self) -> Full:
            return self

        def __exit__(self, *_: object) -> None:
            return None

        def write(self, _content: str) -> int:
            raise OSError(28, "No space left on device")

    def open_full(self: Path, *_: object, **__: object) -> Full:
        self.touch()
        return Full()

    monkeypatch.setattr(Path, "open", open_full)
    assert leave({}, [tmp_path], NOW) is None
    assert list(tmp_path.iterdir()) == []


def test_a_plan_stays_one_of_its_instance() -> None:
    instance = read_instance(TREE)
    plan = solve(instance, Options(time_limit_s=30, workers=1))
    source = instance_document(TREE).tree
    carrying = plan.model_copy(update={"instance": plan.instance.model_copy(update={"source": source})})
    other = plan.model_copy(update={"instance": plan.instance.model_copy(update={"sha256": "f" * 64})})
    documents = {
        "instance.json": instance_document(TREE),
        "plan.json": plan_document(carrying),
        "other.json": plan_document(other),
    }
    record = record_of(KeyError("kjersti"), Situation(documents=documents), Names(documents.values()))
    files = record["files"]
    now = read_instance(files["instance.json"]).sha256
    assert now != instance.sha256
    assert files["plan.json"]["instance"]["sha256"] == now
    assert read_instance(files["plan.json"]["instance"]["source"]).sha256 == now
    assert files["other.json"]["instance"]["sha256"] not in (now, "f" * 64)
    assert Plan.model_validate_json(json.dumps(files["plan.json"])).candidates[0].id == "A01"
    assert found_in(json.dumps(record, ensure_ascii=False)) == []
    assert record["error"] == [{"type": "KeyError", "message": "'A01'", "trace": []}]


def test_what_cannot_be_read_takes_the_message_with_it(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_text('navn = "Kjersti', encoding="utf-8")
    documents = {"instance.json": read_document(path), "plan.json": read_document(tmp_path / "none.json")}
    error = ValueError("Kjersti is no number")
    record = record_of(error, Situation(documents=documents), Names(documents.values()))
    assert record["error"][0]["message"] == NOT_TOLD
    assert record["files"] == {}
    assert list(record["left_out"]) == ["instance.json", "plan.json"]


def test_a_file_of_another_kind_is_left_out_and_its_words_are_known(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text('{"name": "Sigurd Vik", "list": [{"Ola": 1}]}', encoding="utf-8")
    documents = {"x.json": read_document(path)}
    record = record_of(ValueError("Vik, Ola: no"), Situation(documents=documents), Names(documents.values()))
    assert record["error"][0]["message"] == "…, X01: no"
    assert record["left_out"] == {"x.json": "is neither an instance nor a plan"}


def test_a_record_that_could_not_be_made_tells_both_ways_and_no_message() -> None:
    record = bare_record(KeyError("Kjersti"), ValueError("Kjersti"))
    assert [one["type"] for one in record["error"] + record["record_failed"]] == ["KeyError", "ValueError"]
    assert found_in(json.dumps(record, ensure_ascii=False)) == []


def test_unpacking(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record = {"command": ["plan", "instance.json"], "files": {"instance.json": {"schema": 1}}}
    path = tmp_path / "alis-feil-x.json"
    path.write_text(json.dumps(record), encoding="utf-8")
    assert main([str(path)]) == 0
    assert capsys.readouterr().out == f"cd {tmp_path}/alis-feil-x && alis plan instance.json\n"
    assert json.loads((tmp_path / "alis-feil-x" / "instance.json").read_text(encoding="utf-8")) == {"schema": 1}
    with pytest.raises(FileExistsError):
        main([str(path)])
    with pytest.raises(ValueError, match="not the name of a file"):
        unpacked({"files": {"../x": {}}}, tmp_path / "new")
    assert main([]) == 2
