"""Customers, only shown."""

from django.contrib import admin

from customers.models import Context, Customer, Profile
from talk.admin.read_only import ReadOnlyAdmin


@admin.register(Customer)
class CustomerAdmin(ReadOnlyAdmin):
    list_display = ("id", "name", "locale", "created_at")
    search_fields = ("=id", "name")
    ordering = ("-id",)


@admin.register(Profile)
class ProfileAdmin(ReadOnlyAdmin):
    list_display = ("id", "kind", "customer", "created_at")
    list_filter = ("kind",)
    list_select_related = ("customer",)
    search_fields = ("=id", "=customer__id")
    ordering = ("-id",)


@admin.register(Context)
class ContextAdmin(ReadOnlyAdmin):
    list_display = ("customer", "version", "updated_at")
    list_select_related = ("customer",)
    search_fields = ("=customer__id",)
    ordering = ("-updated_at",)
