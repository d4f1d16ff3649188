"""The audit's partitions are made ahead, and a question lands in its day's."""

from datetime import datetime

import pytest
import time_machine
from django.db import connection

from civil_time import SHANGHAI
from lookup.doors import assisted
from lookup.models import Lookup
from lookup.tasks import keep_partitions
from tests.makers import make_account, make_document, mark_feeds_read

AT = datetime(2022, 6, 10, 10, 0, tzinfo=SHANGHAI)


@pytest.mark.django_db
def test_keep_partitions_gives_each_question_the_partition_of_its_shanghai_day() -> None:
    with time_machine.travel(AT, tick=False):
        keep_partitions()
        keep_partitions()
    mark_feeds_read(AT)
    asker = make_account(at=AT)
    assisted.ask(asker, make_document(), at=AT.replace(hour=0, minute=0))
    assisted.ask(asker, make_document(), at=AT.replace(hour=23, minute=59))
    assisted.ask(asker, make_document(), at=datetime(2022, 8, 1, 0, 0, tzinfo=SHANGHAI))
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text, count(*) FROM lookup_lookup GROUP BY 1 ORDER BY 1")
        assert cursor.fetchall() == [("lookup_lookup_20220610", 2), ("lookup_lookup_default", 1)]
    assert Lookup.objects.on_day_of(AT).count() == 2
