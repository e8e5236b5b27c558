"""The partner API. Each view translates and calls one service; another partner's row reads as one that is not there."""

import re
import time
from typing import ClassVar
from uuid import UUID

from django.http import Http404, StreamingHttpResponse
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from lending import selectors, services
from lending.api.serializers import (
    ApplicationSerializer,
    BorrowerSerializer,
    ConflictSerializer,
    DecideSerializer,
    DecisionSerializer,
    ProblemSerializer,
    QueuedSerializer,
    RunEventSerializer,
    StatusSerializer,
)
from lending.api.streaming import (
    EventsRenderer,
    LinesRenderer,
    explanation_stream,
    last_event,
    run_to_follow,
    stream_of,
)
from lending.intake.receiving import receive_application, receive_borrower
from lending.models import DecisionRun, LoanApplication, Partner
from lending.run_events import START

REFUSED = {
    401: OpenApiResponse(description="No valid token."),
    403: OpenApiResponse(description="Not an active partner."),
}
ABSENT = {404: OpenApiResponse(description="Unknown, or not yours.")}
CONFLICT = {409: ConflictSerializer}
INVALID = {422: ProblemSerializer}
LONGEST_WAIT = 30  # seconds a partner may wait for a decision inside one request
LOOK_AGAIN = 0.25  # seconds between two looks at a run


class PartnerView(APIView):
    """A view with the partner behind the token, and that partner's applications only."""

    @property
    def partner(self) -> Partner:
        """The calling partner; the permission has found it."""
        partner: Partner = self.request.partner  # type: ignore[attr-defined]
        return partner

    def application(self, pk: UUID) -> LoanApplication:
        """Return one of the partner's own applications; 404 for an unknown one and for everybody else's."""
        application = LoanApplication.objects.filter(pk=pk, partner=self.partner).first()
        if application is None:
            raise Http404
        return application


class BorrowersView(PartnerView):
    """The people whose loans a partner sends."""

    @extend_schema(
        operation_id="borrowers_create",
        request=BorrowerSerializer,
        responses={201: BorrowerSerializer, **CONFLICT, **INVALID, **REFUSED},
    )
    def post(self, request: Request) -> Response:
        """Add a borrower; 409 when the e-mail address is one of your borrowers' already."""
        serializer = BorrowerSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        borrower = receive_borrower(partner=self.partner, **serializer.validated_data)
        return Response(BorrowerSerializer(borrower).data, status=status.HTTP_201_CREATED)


class ApplyView(PartnerView):
    """New applications."""

    @extend_schema(
        operation_id="loans_apply",
        request=ApplicationSerializer,
        responses={201: ApplicationSerializer, **CONFLICT, **INVALID, **REFUSED},
    )
    def post(self, request: Request) -> Response:
        """Send one application, whole; 409 when you used its external_id before."""
        serializer = ApplicationSerializer(data=request.data, context={"partner": self.partner})
        serializer.is_valid(raise_exception=True)
        loan = dict(serializer.validated_data)
        application = receive_application(
            home=loan.pop("property"),
            applicants=loan.pop("borrowers"),
            assets=loan.pop("assets", []),
            owned_homes=loan.pop("owned_homes", []),
            loan=loan,
            partner=self.partner,
            actor=self.partner.name,
        )
        return Response(ApplicationSerializer(application).data, status=status.HTTP_201_CREATED)


class DecideView(PartnerView):
    """Decision runs."""

    @extend_schema(
        operation_id="loans_decide",
        request=DecideSerializer,
        parameters=[
            OpenApiParameter(
                "Prefer",
                str,
                OpenApiParameter.HEADER,
                description="wait=N: answer with the decision within N seconds (30 at most).",
            )
        ],
        responses={200: DecisionSerializer, 202: QueuedSerializer, **ABSENT, **CONFLICT, **INVALID, **REFUSED},
    )
    def post(self, request: Request, pk: UUID) -> Response:
        """Ask for a decision; 409 when one is running, or stands already and no reason is given for a new one."""
        serializer = DecideSerializer(data=request.data or {})
        serializer.is_valid(raise_exception=True)
        application = self.application(pk)
        run = services.request_decision(
            application=application, partner=self.partner, reason=serializer.validated_data["reason"]
        )
        if _finished(run, _seconds_to_wait(request)):
            return Response(DecisionSerializer(selectors.newest_decision(application)).data)
        address = request.build_absolute_uri(reverse("api:status", args=[application.pk]))
        body = {"run": run.pk, "status": "queued", "status_url": address}
        return Response(body, status=status.HTTP_202_ACCEPTED, headers={"Location": address, "Retry-After": "2"})


def _seconds_to_wait(request: Request) -> int:
    wanted = re.search(r"\bwait=(\d{1,4})\b", request.headers.get("Prefer", ""))
    return min(int(wanted[1]), LONGEST_WAIT) if wanted else 0


def _finished(run: DecisionRun, seconds: int) -> bool:
    """Look at the run, with short queries that hold nothing open, until it is decided or the time is up."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        run.refresh_from_db(fields=["status"])
        if not run.is_live:
            return run.status == "decided"
        time.sleep(LOOK_AGAIN)
    return False


class DecideStreamView(PartnerView):
    """A decision run, told while it happens."""

    renderer_classes = (JSONRenderer, LinesRenderer)
    parameters: ClassVar = [
        OpenApiParameter("Last-Event-ID", str, OpenApiParameter.HEADER, description="Go on behind this event."),
        OpenApiParameter("after", str, description="The same, for clients that cannot set the header."),
    ]
    lines: ClassVar = {(200, "application/x-ndjson"): RunEventSerializer(many=True)}

    @extend_schema(
        operation_id="loans_decide_stream",
        request=DecideSerializer,
        parameters=parameters,
        responses={**lines, **ABSENT, **CONFLICT, **INVALID, **REFUSED},
    )
    def post(self, request: Request, pk: UUID) -> StreamingHttpResponse:
        """Ask for a decision and hear of it line by line: ratios, steps, the rationale's words, the decision.

        With the id of an event the stream goes on behind it and nothing new is asked for; the run goes on in any case.
        """
        serializer = DecideSerializer(data=request.data or {})
        serializer.is_valid(raise_exception=True)
        application, after = self.application(pk), last_event(request)
        if after is not None:
            return stream_of(run_to_follow(application, after).pk, after.place)
        run = services.request_decision(
            application=application, partner=self.partner, reason=serializer.validated_data["reason"]
        )
        return stream_of(run.pk)

    @extend_schema(
        operation_id="loans_decide_follow",
        parameters=parameters,
        responses={**lines, **ABSENT, **INVALID, **REFUSED},
    )
    def get(self, request: Request, pk: UUID) -> StreamingHttpResponse:
        """Follow the newest run, or the one that an event was of, without asking for a decision."""
        application, after = self.application(pk), last_event(request)
        return stream_of(run_to_follow(application, after).pk, after.place if after else START)


class StatusView(PartnerView):
    """Progress."""

    @extend_schema(operation_id="loans_status", responses={200: StatusSerializer, **ABSENT, **REFUSED})
    def get(self, request: Request, pk: UUID) -> Response:
        """Say where an application stands and how far its agents are."""
        application = self.application(pk)
        run = application.runs.first()
        standing = selectors.standing_outcome(application)
        return Response(
            StatusSerializer(
                {
                    "id": application.pk,
                    "number": application.number,
                    "status": run.status if run else "received",
                    "outcome": standing.outcome if standing else None,
                    "run": run,
                    "agents": selectors.run_progress(run) if run else [],
                }
            ).data
        )


class DecisionView(PartnerView):
    """Decisions."""

    @extend_schema(operation_id="loans_decision", responses={200: DecisionSerializer, **ABSENT, **REFUSED})
    def get(self, request: Request, pk: UUID) -> Response:
        """Return the newest decision with its findings and, where a person overruled it, what stands."""
        decision = selectors.newest_decision(self.application(pk))
        if decision is None:
            raise Http404
        return Response(DecisionSerializer(decision).data)


class ExplainView(PartnerView):
    """The explanation of a decision, told while it is written."""

    renderer_classes = (JSONRenderer, EventsRenderer)

    @extend_schema(
        operation_id="loans_explain",
        request=None,
        parameters=DecideStreamView.parameters,
        responses={(200, "text/event-stream"): OpenApiTypes.STR, **ABSENT, **REFUSED},
    )
    def post(self, request: Request, pk: UUID) -> StreamingHttpResponse:
        """Explain the newest decision as server-sent events: ``token``s, a ``sentence`` behind each, ``done``.

        Every sentence was checked against the decision before it is sent. With the id of the last event the stream
        goes on behind it.
        """
        decision = selectors.newest_decision(self.application(pk))
        if decision is None:
            raise Http404
        told = request.headers.get("Last-Event-ID") or request.query_params.get("after", "")
        return explanation_stream(decision.pk, told)
