"""Teams: which operators see which inboxes."""

from django.contrib import admin

from talk.models import Team


@admin.register(Team)
class TeamAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not generic at run time
    fields = ("name", "inboxes", "operators")
    filter_horizontal = ("inboxes", "operators")
    list_display = ("name", "created_at")
    search_fields = ("name",)
