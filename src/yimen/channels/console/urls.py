"""Addresses of the console."""

from django.urls import path

from yimen.channels.console import facts, home, ledger, quality, tasks

app_name = "console"
urlpatterns = [
    path("", home.show, name="home"),
    path("ledger/", ledger.show, name="ledger"),
    path("facts/", facts.index, name="facts"),
    path("facts/<str:name>/", facts.show, name="fact"),
    path("facts/<str:name>/add", facts.add, name="add-source"),
    path("facts/<str:name>/drop", facts.drop, name="drop-source"),
    path("quality/", quality.board, name="quality"),
    path("quality/runs/<uuid:run_id>/", quality.show_run, name="quality-run"),
    path("quality/<slug:code>/", quality.dataset, name="quality-dataset"),
    path("quality/<slug:code>/run", quality.run, name="run-quality"),
    path("quality/<slug:code>/rules/new", quality.write, name="write-rule"),
    path("quality/<slug:code>/rules/switch", quality.switch, name="switch-rule"),
    path("tasks/", tasks.listing, name="tasks"),
    path("tasks/<uuid:task_id>/", tasks.show, name="task"),
    path("tasks/<uuid:task_id>/fixed", tasks.fixed, name="task-fixed"),
    path("tasks/<uuid:task_id>/value", tasks.value, name="task-value"),
    path("tasks/<uuid:task_id>/corrected", tasks.corrected, name="task-corrected"),
    path("tasks/<uuid:task_id>/confirmed", tasks.confirmed, name="task-confirmed"),
]
