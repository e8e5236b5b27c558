"""What partners send and get. Money and rates travel as decimal strings; null is an unknown fact."""

from typing import Any, TypeVar

from django.db import models
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from lending import selectors
from lending.intake.cells import PLAIN_NUMBER
from lending.models import (
    Applicant,
    Asset,
    Borrower,
    Condition,
    Decision,
    DecisionRun,
    Finding,
    Income,
    Liability,
    LoanApplication,
    OwnedHome,
    Property,
)
from lending.run_events import EventKind
from lending.vocabulary import IncomeKind

AnyRow = TypeVar("AnyRow", bound=models.Model)


class BorrowerSerializer(serializers.ModelSerializer[Borrower]):
    """A person who asks for a loan; the e-mail address is known once per partner."""

    class Meta:
        model = Borrower
        fields = ("id", "first_name", "last_name", "email", "birth_date", "state")
        read_only_fields = ("id",)
        extra_kwargs = {"email": {"required": True, "allow_blank": False}}


class PlainNumber(serializers.Field[Any, Any, Any, Any]):
    """A number written plainly: no plus sign, exponent or grouping, and no digits of another alphabet."""

    def to_internal_value(self, data: Any) -> Any:
        """Return the number; a text that only a lenient reader would take for one is invalid."""
        if isinstance(data, str) and not PLAIN_NUMBER.fullmatch(data.strip()):
            self.fail("invalid")
        return super().to_internal_value(data)


class PlainDecimalField(PlainNumber, serializers.DecimalField):
    """A decimal written plainly."""


class PlainIntegerField(PlainNumber, serializers.IntegerField):
    """A whole number written plainly."""


class IntakeSerializer(serializers.ModelSerializer[AnyRow]):
    """What a partner sends, with numbers read as strictly as those of a file."""

    serializer_field_mapping = {
        **serializers.ModelSerializer.serializer_field_mapping,
        models.DecimalField: PlainDecimalField,
        models.PositiveIntegerField: PlainIntegerField,
        models.PositiveSmallIntegerField: PlainIntegerField,
    }


class PropertySerializer(IntakeSerializer[Property]):
    """The home that secures the loan."""

    class Meta:
        model = Property
        exclude = ("id", "application")


class LiabilitySerializer(IntakeSerializer[Liability]):
    """One debt of the borrower it is sent with."""

    owned_home = serializers.IntegerField(
        required=False,
        allow_null=True,
        min_value=1,
        help_text="The place in owned_homes, counted from 1, of the home that this mortgage is on.",
    )

    class Meta:
        model = Liability
        exclude = ("id", "application", "applicant")


class IncomeSerializer(IntakeSerializer[Income]):
    """One source of income of the borrower it is sent with; where there are some, they replace the stated total."""

    class Meta:
        model = Income
        exclude = ("id", "applicant")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse an income below zero, but for a business at a loss, and a period that ran no time."""
        amount = attrs.get("monthly_amount")
        if amount is not None and amount < 0 and attrs["kind"] != IncomeKind.SELF_EMPLOYMENT:
            raise serializers.ValidationError({"monthly_amount": "Only self-employment can have an amount below zero."})
        if attrs.get("months_to_date") is not None and attrs["months_to_date"] < 0:
            raise serializers.ValidationError(
                {"months_to_date": "The months that the year to date covers are 0 or more."}
            )
        return attrs


class OwnedHomeSerializer(IntakeSerializer[OwnedHome]):
    """Another home that the borrowers own."""

    class Meta:
        model = OwnedHome
        exclude = ("id", "application")


class AssetSerializer(IntakeSerializer[Asset]):
    """Money the borrowers can show."""

    class Meta:
        model = Asset
        exclude = ("id", "application")


class OwnBorrowerField(serializers.PrimaryKeyRelatedField[Borrower]):
    """One of the calling partner's borrowers; another partner's id reads as one that does not exist."""

    queryset = Borrower.objects.none()

    def get_queryset(self) -> QuerySet[Borrower]:
        """Return the borrowers of the partner in the serializer's context; of nobody without one."""
        partner = self.context.get("partner")
        return Borrower.objects.filter(partner=partner) if partner else Borrower.objects.none()


class ApplicantSerializer(IntakeSerializer[Applicant]):
    """One borrower's part in the application; the first in the list is the primary borrower."""

    borrower = OwnBorrowerField()
    liabilities = LiabilitySerializer(many=True, required=False)
    incomes = IncomeSerializer(many=True, required=False)

    class Meta:
        model = Applicant
        exclude = ("id", "application", "position")


class ApplicationSerializer(IntakeSerializer[LoanApplication]):
    """One loan application with its property, borrowers, means and other homes, taken whole or not at all."""

    property = PropertySerializer(write_only=True)
    borrowers = ApplicantSerializer(many=True, allow_empty=False, write_only=True)
    assets = AssetSerializer(many=True, required=False, write_only=True)
    owned_homes = OwnedHomeSerializer(many=True, required=False, write_only=True)

    class Meta:
        model = LoanApplication
        exclude = ("partner", "officer", "officer_notes", "created_at", "updated_at")
        read_only_fields = ("id", "number")
        extra_kwargs = {"occupancy": {"required": True, "allow_blank": False}}
        validators: list[Any] = []  # a repeated external_id is a conflict (409), not malformed input

    def validate_borrowers(self, borrowers: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Refuse the same person twice in one application."""
        if len({entry["borrower"].pk for entry in borrowers}) < len(borrowers):
            raise serializers.ValidationError("A borrower appears twice. Remove the repeated one.", code="repeated")
        return borrowers

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse a drawn equity line above its limit, which no database row may hold."""
        drawn, line = attrs.get("heloc_balance"), attrs.get("heloc_limit")
        if drawn is not None and line is not None and drawn > line:
            raise serializers.ValidationError({"heloc_balance": "The drawn balance is above heloc_limit."})
        homes = len(attrs.get("owned_homes", []))
        places = [debt.get("owned_home") or 0 for entry in attrs["borrowers"] for debt in entry.get("liabilities", [])]
        if max(places, default=0) > homes:
            raise serializers.ValidationError({"owned_homes": "A liability names a home that is not in owned_homes."})
        return attrs


class RunSerializer(serializers.ModelSerializer[DecisionRun]):
    """Where one decision attempt stands."""

    class Meta:
        model = DecisionRun
        fields = ("id", "number", "status", "requested_at", "started_at", "finished_at")


class StepSerializer(serializers.Serializer[Any]):
    """One agent's place in the run."""

    name = serializers.CharField()
    state = serializers.ChoiceField(["waiting", "running", "done"])
    verdict = serializers.CharField(allow_blank=True)
    ms = serializers.IntegerField(allow_null=True)


class StatusSerializer(serializers.Serializer[Any]):
    """An application, its newest run and how far its agents are."""

    id = serializers.UUIDField()
    number = serializers.CharField()
    status = serializers.CharField(help_text="received, queued, running, decided or failed")
    outcome = serializers.CharField(allow_null=True, help_text="The outcome that stands, once there is one.")
    run = RunSerializer(allow_null=True)
    agents = StepSerializer(many=True)


class StandingSerializer(serializers.Serializer[Any]):
    """Whose word stands."""

    outcome = serializers.CharField()
    by = serializers.ChoiceField(["pipeline", "reviewer"])
    at = serializers.DateTimeField()


class FindingSerializer(serializers.ModelSerializer[Finding]):
    """One rule applied to one fact."""

    class Meta:
        model = Finding
        fields = ("code", "severity", "result", "fact", "value", "limit", "margin", "unit", "message", "citation")


class ConditionSerializer(serializers.ModelSerializer[Condition]):
    """Something to bring before the loan closes."""

    class Meta:
        model = Condition
        fields = ("code", "text", "stage", "status")


class DecisionSerializer(serializers.ModelSerializer[Decision]):
    """What the newest run concluded and, where a person overruled it, what stands."""

    application = serializers.CharField(source="application.number")
    run = serializers.UUIDField(source="run_id")
    standing = serializers.SerializerMethodField()
    findings = FindingSerializer(many=True, source="run.findings")
    conditions = ConditionSerializer(many=True, source="application.conditions")

    class Meta:
        model = Decision
        fields = (
            "application",
            "run",
            "outcome",
            "standing",
            "risk",
            "eligibility",
            "confidence",
            "ratios",
            "findings",
            "reasons",
            "conditions",
            "citations",
            "programs",
            "path_to_yes",
            "missing",
            "rationale",
            "rationale_writer",
            "decided_at",
        )

    @extend_schema_field(StandingSerializer)
    def get_standing(self, decision: Decision) -> Any:
        """The outcome that stands: the person's where a review was resolved, the pipeline's otherwise."""
        return StandingSerializer(selectors.standing_outcome(decision.application)).data


class DecideSerializer(serializers.Serializer[Any]):
    """Why a decided application should be decided again; empty the first time."""

    reason = serializers.CharField(required=False, default="", allow_blank=True, max_length=500)


class QueuedSerializer(serializers.Serializer[Any]):
    """A run that has been queued, and where to follow it."""

    run = serializers.UUIDField()
    status = serializers.CharField()
    status_url = serializers.URLField()


class RunEventSerializer(serializers.Serializer[Any]):
    """One line of a stream: the id to go on behind, what happened, and its data (the whole decision in the last)."""

    id = serializers.CharField()
    event = serializers.ChoiceField(choices=[kind.value for kind in EventKind])
    data = serializers.DictField()  # type: ignore[assignment]


class ConflictSerializer(serializers.Serializer[Any]):
    """What the request contradicts, and what to do instead."""

    detail = serializers.CharField()


class ProblemEntrySerializer(serializers.Serializer[Any]):
    """One thing wrong with the input."""

    type = serializers.CharField()
    loc = serializers.ListField(child=serializers.JSONField())
    msg = serializers.CharField()
    input = serializers.JSONField(allow_null=True)


class ProblemSerializer(serializers.Serializer[Any]):
    """Everything wrong with the input."""

    detail = ProblemEntrySerializer(many=True)
