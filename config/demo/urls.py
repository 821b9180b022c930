"""Addresses of the demo shop; the demo data's page views point at them."""

from django.urls import path

from config.demo import views
from config.demo.member_link import link_member

urlpatterns = [
    path("", views.home, name="demo_home"),
    path("items/", views.item_list, name="demo_items"),
    path("items/<slug:slug>/", views.item, name="demo_item"),
    path("search/", views.search, name="demo_search"),
    path("cart/", views.cart, name="demo_cart"),
    path("cart/change/<slug:slug>/", views.change_cart, name="demo_change_cart"),
    path("cart/payment/", views.payment, name="demo_payment"),
    path("cart/order/", views.place_order, name="demo_order"),
    path("cart/complete/", views.complete, name="demo_complete"),
    path("login/", views.login, name="demo_login"),
    path("login/reset/", views.reset_password, name="demo_reset"),
    path("line/", link_member, name="demo_line"),
    path("logout/", views.logout, name="demo_logout"),
    path("faq/", views.faq, name="demo_faq"),
    path("mypage/", views.mypage, name="demo_mypage"),
    path("mypage/<slug:section>/", views.mypage, name="demo_mypage_section"),
    # Without its last slash an address of the shop is sent on by CommonMiddleware.
    path("<path:path>/", views.missing),
]
