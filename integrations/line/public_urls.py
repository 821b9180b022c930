"""Addresses that customers open, and the one that the widget asks."""

from django.urls import path

from integrations.line import pages
from integrations.line.widget import begin_crossing, crossing_state
from talk.widget.exchange import endpoint

urlpatterns = [
    path("line/continue/<str:token>", pages.continue_in_line, name="line_continue"),
    path("line/login", pages.finish_login, name="line_login"),
    path("line/link/<str:signed>", pages.link_account, name="line_link"),
    path("line/unlink/<str:signed>", pages.unlink_account, name="line_unlink"),
    path("widget/v1/line", endpoint(POST=begin_crossing), name="widget_line"),
    path("widget/v1/line/<uuid:id>", endpoint(GET=crossing_state), name="widget_line_state"),
]
