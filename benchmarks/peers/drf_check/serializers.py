"""What a check takes, and what it gives."""

from rest_framework import serializers

from benchmarks.peers.drf_check.models import Lookup
from identity.document import Document, parse_document

LABELS = {
    "GREEN": "未见异常",
    "YELLOW": "居家观察",
    "RED": "集中观察",
    "UNCONFIRMED": "暂不能确认",
    "UNKNOWN": "暂不掌握",
}


class QuestionSerializer(serializers.Serializer):
    document_number = serializers.CharField(max_length=100)

    def validate_document_number(self, value: str) -> Document:
        found = parse_document(value)
        if not isinstance(found, Document):
            raise serializers.ValidationError("not a document number")
        return found


class CheckSerializer(serializers.ModelSerializer):
    check_id = serializers.UUIDField(source="id")
    verdict = serializers.CharField(source="entry_verdict")
    status = serializers.SerializerMethodField()
    alerts = serializers.SerializerMethodField()
    subject = serializers.SerializerMethodField()
    naat = serializers.SerializerMethodField()
    vaccination = serializers.SerializerMethodField()
    code = serializers.SerializerMethodField()
    data = serializers.SerializerMethodField()
    valid_until = serializers.SerializerMethodField()

    class Meta:
        model = Lookup
        fields = (
            *("check_id", "verdict", "status", "alerts", "subject", "naat"),
            *("vaccination", "code", "data", "valid_until", "policy"),
        )

    def get_status(self, row):
        return {"code": row.status, "label": LABELS[row.status]}

    def get_alerts(self, row):
        return list(self.context["told"].alert_numbers)

    def get_subject(self, row):
        told = self.context["told"]
        return {"name": told.subject_name, "age_band": told.age_band, "pseudonym": told.pseudonym}

    def get_naat(self, row):
        naat = self.context["told"].naat
        return None if naat is None else {"days": naat.days, "result": naat.result, "pending": naat.pending}

    def get_vaccination(self, row):
        return self.context["told"].vaccination

    def get_code(self, row):
        return None

    def get_data(self, row):
        told = self.context["told"]
        return {"as_of": told.data_as_of, "fresh": told.data_fresh}

    def get_valid_until(self, row):
        return self.context["told"].valid_until
