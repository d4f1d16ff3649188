"""What a process remembers for a moment so that a check need not ask again: rules, feed ages, keys.

Nothing of a person, and no key: of a key only what the database holds, its hash. What is remembered is at
most RULES_FOR_S or KEYS_FOR_S old, so a revoked key dies everywhere within seconds, and a policy still
begins at its own instant, since the whole timeline is remembered.
"""

import hmac
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from rest_framework_api_key.crypto import Sha512ApiKeyHasher

from healthcode.facts import FeedAges
from healthcode.policy import NoPolicyInForceError
from healthcode.remembered import Judge
from lookup.gates.gate import Gate
from lookup.gates.statements import AGES, KEY, POLICIES, POLICY_FIELDS, Row, Run
from lookup.models import PolicyInForce, PolicyRevision

RULES_FOR_S = 1.0
KEYS_FOR_S = 2.0
_MOST_KEYS = 20_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Rules:
    """What holds for everybody: every policy, the newest first, and how old the feeds are."""

    policies: Sequence[PolicyInForce]
    feeds: FeedAges
    _judges: dict[str, Judge] = field(default_factory=dict, compare=False)

    def in_force(self, at: datetime) -> PolicyInForce:
        """Return the policy in force; raises NoPolicyInForceError before the first."""
        for policy in self.policies:
            if policy.rule_book.in_force_from <= at:
                return policy
        raise NoPolicyInForceError("No policy was in force at that time. The first begins on 30 April 2022.")

    def judge_of(self, policy: PolicyInForce) -> Judge:
        """Return who judges by one of these policies, and remembers the verdicts while the feeds stand."""
        judge = self._judges.get(policy.name)
        return judge or self._judges.setdefault(policy.name, Judge(policy.rule_book, self.feeds))


@dataclass(frozen=True, kw_only=True, slots=True)
class _HeldKey:
    """A key as it was read: its gate, its hash, its period."""

    gate: Gate
    hashed: str
    starts_at: datetime | None
    expires_at: datetime | None


class Memory:
    """The memory of one process; its clock is the monotonic one, as it holds no rule."""

    def __init__(self) -> None:
        self._rules: Rules | None = None
        self._rules_until = 0.0
        self._rules_turn = threading.Lock()
        self._keys: dict[str, tuple[float, _HeldKey | None]] = {}

    def forget(self) -> None:
        """Forget all of it."""
        self._rules_until = 0.0
        self._rules = None
        self._keys.clear()

    def rules(self, run: Run) -> Rules:
        """Return what holds for everybody; while one thread reads it anew, the others go on with what was."""
        held = self._rules
        if held is not None and time.monotonic() < self._rules_until:
            return held
        if not self._rules_turn.acquire(blocking=held is None):
            return held or self.rules(run)
        try:
            read = Rules(policies=_policies(run), feeds=_ages(run))
            # The same rules go on with the verdicts that they have given.
            read = held if held == read else read
            self._rules, self._rules_until = read, time.monotonic() + RULES_FOR_S
        finally:
            self._rules_turn.release()
        return read

    def gate_of(self, key: str, run: Run, *, at: datetime) -> Gate | None:
        """Return the gate of a key as it was sent; None if it is unknown, not begun, expired or revoked."""
        prefix = key.partition(".")[0]
        until, held = self._keys.get(prefix, (0.0, None))
        if time.monotonic() >= until:
            held = self._read_key(prefix, run)
        if held is None or not hmac.compare_digest(_HASHER.encode(key, ""), held.hashed):
            return None
        has_begun = held.starts_at is None or held.starts_at <= at
        has_expired = held.expires_at is not None and held.expires_at <= at
        return held.gate if has_begun and not has_expired else None

    def _read_key(self, prefix: str, run: Run) -> _HeldKey | None:
        if len(self._keys) >= _MOST_KEYS:
            # Somebody makes prefixes up; starting anew bounds what that can take.
            self._keys.clear()
        asked_at = time.monotonic()
        rows = run(KEY, prefix)
        held = _held_key(prefix, rows[0]) if rows else None
        # Counted from before it was asked for: a revocation may have come while the answer was on its way.
        self._keys[prefix] = (asked_at + KEYS_FOR_S, held)
        return held


_HASHER = Sha512ApiKeyHasher()


def _held_key(prefix: str, row: Row) -> _HeldKey:
    hashed, starts_at, expires_at, scopes, device_id, per_minute, site_id, salt, entry_rule, own_days = row
    gate = Gate(
        device_id=device_id,
        site_id=site_id,
        pseudonym_salt=salt,
        entry_rule=entry_rule,
        own_days=own_days,
        checks_per_minute=per_minute,
        key_prefix=prefix,
        scopes=frozenset(scopes),
    )
    return _HeldKey(gate=gate, hashed=hashed, starts_at=starts_at, expires_at=expires_at)


def _policies(run: Run) -> tuple[PolicyInForce, ...]:
    return tuple(PolicyRevision.from_db(None, POLICY_FIELDS, row).read() for row in run(POLICIES))


def _ages(run: Run) -> FeedAges:
    registry, tests, doses, orders = run(AGES)[0]
    return FeedAges(registry=registry, tests=tests, doses=doses, orders=orders)


memory = Memory()
"""This process's."""
