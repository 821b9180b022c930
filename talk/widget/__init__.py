"""HTTP of the widget: what a visitor's browser asks for, without cookies, from other sites."""
