"""Finds gas-ingest, gas-run and gas-stat, and runs them."""

from __future__ import annotations

import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import IO, Any, NoReturn

from gas_gnn._errors import GasError, ToolError, ToolNotFoundError
from gas_gnn._lifeline import lifeline
from gas_gnn._scratch import Scratch

_BUNDLED = pathlib.Path(__file__).parent / "bin"
# pip's own scripts of this package have the tools' names. They are short, and the tools are long.
_LONGEST_SCRIPT = 4096


def find(tool: str) -> str:
    """The path of a tool: in the folder that GAS_BIN names, if it is set; else of this package; else on PATH."""
    chosen = os.environ.get("GAS_BIN")
    if chosen:
        program = pathlib.Path(chosen, tool)
        if not _is_program(program):
            raise ToolNotFoundError(f"GAS_BIN is {chosen}, and there is no program {tool} in that folder")
        return str(program)
    folders = [_BUNDLED, *(pathlib.Path(folder) for folder in os.environ.get("PATH", "").split(os.pathsep) if folder)]
    for folder in folders:
        program = folder / tool
        if _is_program(program) and not _is_own_script(program):
            return str(program)
    raise ToolNotFoundError(
        f"{tool} was not found: install the gas-gnn wheel that carries it, or set GAS_BIN or PATH to the folder of the"
        " built tools (swift build -c release makes .build/release)"
    )


def _is_program(path: pathlib.Path) -> bool:
    return path.is_file() and os.access(path, os.X_OK)


def _is_own_script(path: pathlib.Path) -> bool:
    try:
        return path.stat().st_size <= _LONGEST_SCRIPT and b"gas_gnn" in path.read_bytes()
    except OSError:
        return True


def arguments(options: Mapping[str, object], switches: Iterable[str] = ()) -> list[str]:
    """Options of Python as flags: `weight_decay=0.1` is --weight-decay=0.1, `batch_norm=False` is --no-batch-norm.

    None leaves an option out, a list or tuple stands for values with commas between them, and False leaves out the
    flags of `switches`, which have no opposite.
    """
    plain = set(switches)
    flags: list[str] = []
    for name, value in options.items():
        flag = "--" + name.rstrip("_").replace("_", "-")
        if value is None or (value is False and name in plain):
            continue
        if isinstance(value, bool):
            flags.append(flag if value else "--no-" + flag[2:])
        elif value == "":
            flags += [flag, ""]
        elif isinstance(value, (list, tuple)):
            flags.append(f"{flag}=" + ",".join(_text(part) for part in value))
        else:
            flags.append(f"{flag}={_text(value)}")
    return flags


def _text(value: object) -> str:
    if isinstance(value, os.PathLike):
        return str(value)
    # Numbers of NumPy become those of Python, and 2.0 is 2 to settings that are counts.
    plain = value.item() if hasattr(value, "item") else value
    return str(int(plain)) if isinstance(plain, float) and plain.is_integer() and abs(plain) < 2**53 else str(plain)


def run(
    tool: str,
    flags: Sequence[str],
    *,
    on_line: Callable[[str], None] | None = None,
    on_start: Callable[[subprocess.Popen[str]], None] | None = None,
    scratch: Scratch | None = None,
) -> dict[str, Any]:
    """Runs a tool to its end and returns the object that it prints with --json.

    Ctrl-C is handed on: the tool stops where it can go on from, and KeyboardInterrupt is raised when it has ended. It
    stops so too when this process ends, however that comes: nobody waits for what it makes then.

    - `on_line` gets each line of standard error that is no failure, as it appears.
    - `on_start` gets the process when it has been started.
    - `scratch` is a folder of files that the user does not know: messages name its files without it. The tool holds
      its lock too, since it may outlive this process.

    Raises `ToolError` with the tool's own line where it fails.
    """
    with tempfile.TemporaryFile() as output, lifeline() as line:
        process = _start(tool, flags, output, line, () if scratch is None else (scratch.descriptor,))
        if on_start is not None:
            on_start(process)
        status, lines, interrupted = _finish(process, on_line)
        if interrupted:
            raise KeyboardInterrupt
        if status != 0:
            message = _failure(tool, status, lines)
            raise ToolError(tool, status, _in_users_words(message, scratch))
        output.seek(0)
        report = _printed(tool, output.read())
        if "notes" in report:
            report["notes"] = [_in_users_words(note, scratch) for note in report["notes"]]
        return report


def _in_users_words(text: str, scratch: Scratch | None) -> str:
    """A message without the folder that the user does not know, whose name a tool may have made absolute."""
    for folder in () if scratch is None else {str(scratch.folder), os.path.realpath(scratch.folder)}:
        text = text.replace(f"{folder}/", "")
    return text


def _start(
    tool: str, flags: Sequence[str], output: IO[bytes], line: int, inherited: tuple[int, ...]
) -> subprocess.Popen[str]:
    # A session of its own: the terminal's Ctrl-C would reach it a second time, which means "at once".
    return subprocess.Popen(
        [find(tool), *flags, "--json", "--progress=always"],
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        start_new_session=True,
        pass_fds=(line, *inherited),
        # The inode says which pipe is meant, whoever stands between.
        env={**os.environ, "GAS_LIFELINE": f"{line}:{os.fstat(line).st_ino}"},
    )


def _finish(process: subprocess.Popen[str], on_line: Callable[[str], None] | None) -> tuple[int, list[str], bool]:
    """Waits for the end; returns the status, the last lines of standard error, and whether Ctrl-C was pressed."""
    assert process.stderr is not None
    kept: list[str] = []
    interrupted = False
    try:
        while True:
            try:
                line = process.stderr.readline()
                if not line:
                    return process.wait(), kept, interrupted
                kept = [*kept[-63:], line.rstrip("\n")]
                if on_line is not None:
                    on_line(kept[-1])
            except KeyboardInterrupt:
                interrupted = True
                process.send_signal(signal.SIGINT)
    finally:
        # An error of `on_line` ends the tool too.
        if process.poll() is None:
            process.terminate()
            process.wait()
        process.stderr.close()


def _failure(tool: str, status: int, lines: Sequence[str]) -> str:
    """The line that says why the tool failed."""
    for beginning in (f"{tool}: ", "Error: "):
        for line in reversed(lines):
            if line.startswith(beginning):
                return line.removeprefix("Error: ")
    said = next((line for line in reversed(lines) if line.strip()), "")
    ended = f"it was ended by signal {-status}" if status < 0 else f"it ended with status {status}"
    return f"{tool}: {ended}" + (f" after: {said}" if said else " without a word")


def show_notes(notes: Iterable[str]) -> None:
    """Says on standard error what a tool assumed, as the tool would in a terminal."""
    for note in notes:
        print(f"note: {note}", file=sys.stderr)


def _printed(tool: str, text: bytes) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except ValueError as error:
        raise GasError(f"{tool} printed no JSON ({error}): it may be another release than this package") from None
    if not isinstance(value, dict):
        raise GasError(f"{tool} printed no JSON object: it may be another release than this package")
    return value


_EPOCH = re.compile(r"^\s*(?:epoch )?(\d+)/(\d+)\s")


def epoch_of(line: str) -> tuple[int, int] | None:
    """The epoch that a line of progress tells, and how many there will be."""
    found = _EPOCH.match(line)
    return (int(found[1]), int(found[2])) if found else None


def _replace_process(tool: str) -> NoReturn:
    try:
        program = find(tool)
    except ToolNotFoundError as error:
        sys.exit(f"{tool}: {error}")
    os.execv(program, [tool, *sys.argv[1:]])


def ingest() -> NoReturn:
    """The script gas-ingest of the wheel."""
    _replace_process("gas-ingest")


def run_tool() -> NoReturn:
    """The script gas-run of the wheel."""
    _replace_process("gas-run")


def stat() -> NoReturn:
    """The script gas-stat of the wheel."""
    _replace_process("gas-stat")
