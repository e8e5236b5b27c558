"""Accounts, roles, tokens and jobs in the look of the workspace; what nobody needs by hand is left out."""

from typing import Any

from django.contrib import admin
from django.contrib.auth import admin as auth_admin
from django.contrib.auth.models import Group, User
from django.http import HttpRequest
from django_q import admin as queue_admin
from django_q.models import Failure, OrmQ, Schedule, Success
from knox import admin as token_admin
from knox.models import AuthToken
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from audit.audited_admin import AuditedAdminMixin
from audit.readonly import ReadOnlyAdmin

ALREADY_REGISTERED = (auth_admin, queue_admin, token_admin)  # importing them registers what is taken back here
for _model in (User, Group, Success, Failure, OrmQ, Schedule, AuthToken):
    admin.site.unregister(_model)


@admin.register(User)
class AccountAdmin(AuditedAdminMixin, auth_admin.UserAdmin, ModelAdmin):  # type: ignore[type-arg]
    """People and service accounts; an account is switched off rather than deleted once it has acted."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "first_name", "last_name", "roles", "is_staff", "is_active", "last_login")
    actions = None

    def get_queryset(self, request: HttpRequest) -> Any:
        """Fetch the roles with the rows."""
        return super().get_queryset(request).prefetch_related("groups")

    @admin.display(description="Roles")
    def roles(self, user: User) -> str:
        """Name the groups."""
        return ", ".join(group.name for group in user.groups.all())


@admin.register(Group)
class RoleAdmin(AuditedAdminMixin, auth_admin.GroupAdmin, ModelAdmin):
    """Roles; ``migrate`` restores those of ``loaniq.roles``."""

    actions = None


@admin.register(AuthToken)
class TokenAdmin(AuditedAdminMixin, ReadOnlyAdmin):
    """Tokens of partners: issued on the partner's page, revoked here by deleting."""

    list_display = ("token_key", "user", "created", "expiry")
    list_select_related = ("user",)
    fields = ("token_key", "user", "created", "expiry")

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Deleting revokes."""
        return bool(request.user.has_perm("knox.delete_authtoken"))


@admin.register(Failure)
class FailedJobAdmin(ReadOnlyAdmin):
    """Jobs that ended with an error, with its traceback."""

    list_display = ("name", "func", "started", "stopped", "attempt_count")
    fields = ("name", "func", "started", "stopped", "attempt_count", "result")
    ordering = ("-started",)


@admin.register(OrmQ)
class WaitingJobAdmin(ReadOnlyAdmin):
    """Jobs that lie in the queue; a long list means that no worker runs."""

    list_display = ("id", "key", "task_id", "name", "func", "lock")
    fields = ("id", "key", "task_id", "name", "func", "lock")
    readonly_fields = fields
    ordering = ("-id",)
