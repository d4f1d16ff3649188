#!/usr/bin/env python3
"""Ask at a gate whether somebody may enter. One file; needs Python 3.11 and nothing else.

    checkpoint.py --url https://kit.example --scan             lines from a scanner, until the input ends
    checkpoint.py --url https://kit.example < one-line.txt     one question
    checkpoint.py --url https://kit.example --csv people.csv   many: document_number, document_type, code

A line is a rotating code (HKP1:…) or a document number. The device's key comes from HEALTHKIT_DEVICE_KEY or
--key-file, never from the command line, where every process of the machine could read it. Nothing that was
scanned is printed or kept.

Exit codes: 0 pass, 10 no_pass, 11 manual, 12 error, 13 code refused (scan again), 2 wrong arguments. --scan
ends with 0. --csv ends with 0 when every row has a verdict, else with 12.

With --offline-keys a code is verified by verify_code.py, beside this file, when the service is out of reach.
That shows that the code is real, and nothing about the person: the verdict is manual, and says OFFLINE.
"""

import argparse
import csv
import http.client
import importlib
import json
import os
import sys
import time
import urllib.parse
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PASS, NO_PASS, MANUAL, ERROR, SCAN_AGAIN = 0, 10, 11, 12, 13
LONGEST_LINE = 400  # characters
_KEY = "HEALTHKIT_DEVICE_KEY"
BATCH = 500  # questions in one call
_EXITS = {"pass": PASS, "no_pass": NO_PASS, "manual": MANUAL}
_WORDS = {
    "pass": ("通过", "PASS"),
    "no_pass": ("不予通过", "NO PASS"),
    "manual": ("请人工核验", "MANUAL: a person decides"),
    "used_elsewhere": ("此码已在别处使用", "this code was used elsewhere"),
    "stale": ("数据更新延迟", "the data is late"),
    "error": ("出错", "ERROR"),
    "away": ("无法连接服务", "the service cannot be reached"),
    "offline": (
        "【离线】未查询健康状态,请人工核验。",
        "*** OFFLINE *** no status was asked for; a person decides.",
    ),
}


class AwayError(Exception):
    """The service cannot be reached, or does not answer in time."""


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What the service said."""

    status: int
    body: Any
    retry_after: float | None


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What the gate shows for one question."""

    exit_code: int
    text: str


class Service:
    """The calls of a device. Waits as the service asks, for ``patience`` seconds in all."""

    def __init__(self, url: str, key: str, *, language: str, patience: float, timeout: float) -> None:
        parts = urllib.parse.urlsplit(url)
        is_here = parts.hostname in {"localhost", "127.0.0.1", "::1"}
        if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and is_here)):
            raise ValueError("the address begins with https://")
        self._host, self._port, self._is_tls = parts.hostname, parts.port, parts.scheme == "https"
        self._path, self._patience, self._timeout = parts.path.rstrip("/"), patience, timeout
        self._headers = {
            "Authorization": f"Api-Key {key}",
            "Content-Type": "application/json",
            "Accept-Language": language,
        }
        self._connection: http.client.HTTPConnection | None = None

    def check(self, question: dict[str, str]) -> Reply:
        return self._ask("/api/v1/checks", question)

    def check_many(self, questions: list[dict[str, str]], *, staff_ref: str) -> Reply:
        return self._ask("/api/v1/checks/batch", {"items": questions} | _staff(staff_ref))

    def _ask(self, path: str, body: dict[str, Any]) -> Reply:
        give_up = time.monotonic() + self._patience
        while True:
            reply = self._post(path, body)
            if reply.status not in {429, 503}:
                return reply
            wait = 1.0 if reply.retry_after is None else max(reply.retry_after, 0.1)
            if time.monotonic() + wait > give_up:
                return reply
            time.sleep(wait)

    def _post(self, path: str, body: dict[str, Any]) -> Reply:
        """Send once. A question that may have arrived is not sent again: it would be in the audit twice."""
        was_kept = self._connection is not None
        try:
            return self._send(path, body)
        except (OSError, http.client.HTTPException, ValueError) as error:
            self._close()
            # The server had closed a kept connection in the meantime, before it read anything.
            if was_kept and isinstance(error, ConnectionError):
                return self._post(path, body)
            raise AwayError from None

    def _send(self, path: str, body: dict[str, Any]) -> Reply:
        if self._connection is None:
            kind = http.client.HTTPSConnection if self._is_tls else http.client.HTTPConnection
            self._connection = kind(self._host, self._port, timeout=self._timeout)
        self._connection.request("POST", self._path + path, json.dumps(body).encode(), self._headers)
        response = self._connection.getresponse()
        content = response.read()
        after = response.getheader("Retry-After", "")
        wait = float(after) if after.isascii() and after.isdigit() else None
        return Reply(status=response.status, body=json.loads(content), retry_after=wait)

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None


class Gate:
    """Turns what was scanned into what is shown."""

    def __init__(self, service: Service, *, language: str, staff_ref: str, offline_keys: Path | None) -> None:
        self._service, self._staff_ref, self._offline_keys = service, staff_ref, offline_keys
        self._english = language == "en"

    def ask(self, scanned: str) -> Shown:
        """Return what to show for one line of a scanner."""
        question = question_of(scanned)
        try:
            reply = self._service.check(question | _staff(self._staff_ref))
        except AwayError:
            return self._offline(question)
        if reply.status == 201:
            return self._checked(reply.body)
        return self._refused(reply.body)

    def ask_many(self, questions: list[dict[str, str]]) -> list[Shown]:
        """Return what to show for each question, in order."""
        shown: list[Shown] = []
        for first in range(0, len(questions), BATCH):
            some = questions[first : first + BATCH]
            try:
                reply = self._service.check_many(some, staff_ref=self._staff_ref)
            except AwayError:
                shown += [Shown(exit_code=ERROR, text=self._word("away"))] * len(some)
                continue
            if reply.status != 200:
                shown += [self._refused(reply.body)] * len(some)
                continue
            for result in reply.body["results"]:
                error = result.get("error")
                shown.append(self._checked(result) if error is None else self._refused(error))
        return shown

    def _checked(self, check: dict[str, Any]) -> Shown:
        subject, code = check["subject"], check.get("code") or {}
        parts = [self._word(check["verdict"]), check["status"]["label"], subject["name"] or ""]
        if code.get("used_elsewhere"):
            parts.append(self._word("used_elsewhere"))
        if not check["data"]["fresh"]:
            parts.append(self._word("stale"))
        return Shown(exit_code=_EXITS[check["verdict"]], text=" · ".join(part for part in parts if part))

    def _refused(self, problem: Any) -> Shown:
        code, detail = (str(problem.get(name, "")) for name in ("code", "detail"))
        exit_code = SCAN_AGAIN if code.startswith("code_") else ERROR
        return Shown(exit_code=exit_code, text=f"{self._word('error')} · {code} · {detail}")

    def _offline(self, question: dict[str, str]) -> Shown:
        if self._offline_keys is None:
            return Shown(exit_code=ERROR, text=f"{self._word('error')} · {self._word('away')}")
        lines = [self._word("offline")]
        if "code" in question:
            lines.append(self._verified(question["code"]))
        return Shown(exit_code=MANUAL, text="\n".join(lines))

    def _verified(self, code: str) -> str:
        verify_code = importlib.import_module("verify_code")
        try:
            keys = verify_code.read_keys(self._offline_keys)
        except (OSError, ValueError):
            outcome = verify_code.Outcome.NO_KEYS
        else:
            outcome = verify_code.verify(code, keys, now=time.time())
        return str(verify_code.WORDS[outcome][self._english])

    def _word(self, name: str) -> str:
        return _WORDS[name][self._english]


def question_of(scanned: str) -> dict[str, str]:
    """Return the question that a line asks: a code if it begins like one, else a document number."""
    text = scanned.strip("\r\n\t ")
    return {"code": text} if text.startswith("HKP1:") else {"document_number": text}


def lines_of(stream: Any) -> Iterator[str]:
    """Yield the lines of a scanner that are not empty; the rest of a line that is too long is dropped."""
    while line := stream.readline(LONGEST_LINE):
        whole = line
        while line and not line.endswith("\n"):
            line = stream.readline(LONGEST_LINE)
        if whole.strip():
            yield whole


def questions_of(rows: Iterable[dict[str, str]]) -> list[dict[str, str]]:
    """Return the questions of a CSV: its columns are the fields of a question, empty ones left out."""
    known = ("document_number", "document_type", "code")
    return [{name: row[name].strip() for name in known if (row.get(name) or "").strip()} for row in rows]


def _staff(staff_ref: str) -> dict[str, str]:
    return {"staff_ref": staff_ref} if staff_ref else {}


def _arguments(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--url", required=True, help="address of the service")
    how = parser.add_mutually_exclusive_group()
    how.add_argument(
        "--scan", action="store_true", help="go on reading lines, as a keyboard-wedge scanner types them"
    )
    how.add_argument("--csv", type=Path, help="file of many questions")
    parser.add_argument("--key-file", type=Path, help="file with the device's key")
    parser.add_argument(
        "--staff-ref", default="", help="who stands at the gate, or which shift; at most 40 characters"
    )
    parser.add_argument(
        "--offline-keys", type=Path, help="keys as verify_code.py keeps them, for when the service is away"
    )
    parser.add_argument(
        "--patience", type=float, default=10.0, help="seconds to wait when the service asks to (10)"
    )
    parser.add_argument("--timeout", type=float, default=5.0, help="seconds to wait for an answer (5)")
    parser.add_argument("--language", choices=("zh-Hans", "en"), default="zh-Hans")
    given = parser.parse_args(arguments)
    try:
        given.key = given.key_file.read_text("utf-8").strip() if given.key_file else os.environ.get(_KEY, "")
    except OSError:
        parser.error("the key file cannot be read")
    if not given.key:
        parser.error("no key: set HEALTHKIT_DEVICE_KEY, or give --key-file")
    return given


def main(arguments: list[str] | None = None) -> int:
    given = _arguments(arguments)
    try:
        service = Service(
            given.url, given.key, language=given.language, patience=given.patience, timeout=given.timeout
        )
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    gate = Gate(service, language=given.language, staff_ref=given.staff_ref, offline_keys=given.offline_keys)
    if given.csv is not None:
        return _many(gate, given.csv)
    for line in lines_of(sys.stdin):
        shown = gate.ask(line)
        print(shown.text, flush=True)
        if not given.scan:
            return shown.exit_code
    return PASS if given.scan else ERROR


def _many(gate: Gate, path: Path) -> int:
    """Print row number, exit code and words for each row; never the number that was asked about."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        questions = questions_of(csv.DictReader(file))
    written = csv.writer(sys.stdout)
    written.writerow(["row", "exit_code", "shown"])
    results = gate.ask_many(questions)
    for row, shown in enumerate(results, start=1):
        written.writerow([row, shown.exit_code, shown.text])
    return PASS if all(shown.exit_code in {PASS, NO_PASS, MANUAL} for shown in results) else ERROR


if __name__ == "__main__":
    sys.exit(main())
