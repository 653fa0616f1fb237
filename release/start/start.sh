#!/bin/sh
# Starter ALIS på Linux og macOS: sh start-alis.sh
folder=$(cd "$(dirname "$0")" && pwd) || exit 1
for version in @PYTHONS@; do
  for python in "python$version" "/Library/Frameworks/Python.framework/Versions/$version/bin/python3"; do
    if "$python" "$folder/start/start.py" --fits 2>/dev/null; then
      exec "$python" "$folder/start/start.py" "$@"
    fi
  done
done
for python in python3 python; do
  if "$python" "$folder/start/start.py" --fits 2>/dev/null; then
    exec "$python" "$folder/start/start.py" "$@"
  fi
done
echo "ALIS trenger Python @OLDEST@ til @NEWEST@ (64-bit), og fant ingen." >&2
echo "Installer Python @NEWEST@ fra python.org (på Debian og Ubuntu trengs også pakken python3-venv), og start på nytt." >&2
exit 1
