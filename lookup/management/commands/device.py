"""manage.py device create|rotate|revoke|list: the devices at the gates and their keys.

A new key is printed once, alone on standard output, and never again; everything else goes to standard error.
"""

from datetime import datetime, timedelta
from typing import Any, assert_never

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from lookup import device_keys
from lookup.device_keys import IssuedKey, KeyShown, NoSuchKey, NothingToRotate, TooManyKeys
from lookup.models import Device, DeviceScope, Site


class Command(BaseCommand):
    """``manage.py device create SITE LABEL``, ``rotate``, ``revoke … PREFIX``, ``list``"""

    help = "Make, rotate, revoke and list the keys of the devices at the gates."

    def add_arguments(self, parser: CommandParser) -> None:
        doing = parser.add_subparsers(dest="what", required=True)
        create = doing.add_parser("create", help="make a device if there is none, and a key for it")
        rotate = doing.add_parser("rotate", help="make a new key; the old one ends after the overlap")
        revoke = doing.add_parser("revoke", help="revoke a key, by its prefix, for good")
        for each in (create, rotate, revoke):
            each.add_argument("site", help="name of the site")
            each.add_argument("label", help="name of the device at its site")
        for each in (create, rotate):
            each.add_argument("--name", default="", help="name of the key, for you to tell keys apart")
        scopes = DeviceScope.values
        create.add_argument("--scope", action="append", choices=scopes, help="repeatable; all if left out")
        create.add_argument("--starts-at", help="such as 2026-11-24T08:00+08:00; at once if left out")
        create.add_argument("--expires-at", help="the same; for good if left out")
        create.add_argument("--checks-per-minute", type=int, help="the rate of a new device")
        rotate.add_argument("--overlap-hours", type=float, default=24.0, help="both keys work so long (24)")
        revoke.add_argument("prefix", help="the first eight characters of the key")
        doing.add_parser("list", help="list sites, devices and keys")

    def handle(self, *args: Any, **options: Any) -> None:
        at = timezone.now()
        match options["what"]:
            case "create":
                self._create(options, at=at)
            case "rotate":
                overlap = timedelta(hours=options["overlap_hours"])
                device, name = _device(options), options["name"] or _month(at)
                self._show(device_keys.rotate_key(device, name=name, at=at, overlap=overlap), device)
            case "revoke":
                self._revoke(options)
            case _:
                self._list(at=at)

    def _create(self, options: dict[str, Any], *, at: datetime) -> None:
        site, _ = Site.objects.get_or_create(name=_text(options["site"], "site", longest=80))
        device, is_new = Device.objects.get_or_create(
            site=site, label=_text(options["label"], "label", longest=60)
        )
        if is_new and options["checks_per_minute"]:
            device.checks_per_minute = options["checks_per_minute"]
            device.save(update_fields=["checks_per_minute"])
        issued = device_keys.issue_key(
            device,
            name=options["name"] or _month(at),
            at=at,
            starts_at=_time(options["starts_at"]),
            expires_at=_time(options["expires_at"]),
            scopes=[DeviceScope(scope) for scope in options["scope"] or DeviceScope.values],
        )
        self._show(issued, device)

    def _show(self, issued: IssuedKey | TooManyKeys | NothingToRotate, device: Device) -> None:
        match issued:
            case IssuedKey(prefix=prefix, key=key):
                self.stderr.write(f"Key {prefix} of {device}. It is shown this once:")
                self.stdout.write(key)
            case TooManyKeys():
                raise CommandError(f"{device} has two keys already. Revoke one, or let one expire, first.")
            case NothingToRotate():
                raise CommandError(f"{device} has no key that works. Make one: device create.")
            case _:
                assert_never(issued)

    def _revoke(self, options: dict[str, Any]) -> None:
        device = _device(options)
        if isinstance(device_keys.revoke_key(device, prefix=options["prefix"]), NoSuchKey):
            raise CommandError(f"{device} has no such key in use. Nothing was changed.")
        self.stderr.write(f"The key is revoked for good, everywhere within 5 seconds: {device}.")

    def _list(self, *, at: datetime) -> None:
        for device in Device.objects.select_related("site").order_by("site__name", "label"):
            self.stdout.write(f"{device}  ({device.checks_per_minute} checks a minute)")
            for key in device_keys.keys_of(device, at=at):
                self.stdout.write(f"  {key.prefix}  {_state(key):8}  {', '.join(key.scopes)}  {key.name}")


def _device(options: dict[str, Any]) -> Device:
    found = Device.objects.select_related("site").filter(site__name=options["site"], label=options["label"])
    device = found.first()
    if device is None:
        raise CommandError("There is no such device. `device list` names them.")
    return device


def _state(key: KeyShown) -> str:
    if key.revoked:
        return "revoked"
    if key.expired:
        return "expired"
    return "waits" if key.waits else "in use"


def _text(raw: str, what: str, *, longest: int) -> str:
    text = raw.strip()
    if not text or len(text) > longest or not text.isprintable():
        raise CommandError(f"The {what} needs 1 to {longest} visible characters.")
    return text


def _time(raw: str | None) -> datetime | None:
    if raw is None:
        return None
    try:
        time = parse_datetime(raw)
    except ValueError:
        time = None
    if time is None or time.tzinfo is None:
        raise CommandError("A time is written like 2026-11-24T08:00+08:00.")
    return time


def _month(at: datetime) -> str:
    return timezone.localtime(at).strftime("%Y-%m")
