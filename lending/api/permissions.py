"""Who may call: an active partner, through a token of its service account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser, User
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from lending.models import Partner

if TYPE_CHECKING:  # rest_framework.views loads this module while it loads itself
    from rest_framework.views import APIView


def partner_of(user: User | AnonymousUser) -> Partner | None:
    """Return the active partner that a service account belongs to, if any."""
    return Partner.objects.filter(user_id=user.pk, active=True).first() if user.pk else None


class IsPartner(BasePermission):
    """Lets an active partner in and puts it on the request as ``partner``; staff use the admin instead."""

    message = "This account is not an active partner. Ask the lender to activate it."

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Find the partner behind the token."""
        partner = partner_of(request.user)
        request.partner = partner  # type: ignore[attr-defined]
        return partner is not None
