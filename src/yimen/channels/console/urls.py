"""Addresses of the console."""

from django.urls import path

from yimen.channels.console import (
    base,
    collected,
    connect,
    datasets,
    duties,
    evaluation,
    exports,
    facts,
    grants,
    home,
    islands,
    ledger,
    lineage,
    payments,
    policies,
    proposals,
    quality,
    ratings,
    reviews,
    sources,
    standards,
    tasks,
)

app_name = "console"
urlpatterns = [
    path("", home.show, name="home"),
    path("datasets/", datasets.index, name="datasets"),
    path("datasets/new/", datasets.new, name="new-dataset"),
    path("datasets/catalogue.<slug:form>", exports.catalogue, name="catalogue-export"),
    path("datasets/<slug:code>/", datasets.show, name="dataset"),
    path("datasets/<slug:code>/edit/", datasets.edit, name="edit-dataset"),
    path("datasets/<slug:code>/retire/", datasets.retire, name="retire-dataset"),
    path("datasets/<slug:code>/submit", datasets.act, {"verb": "submit"}, name="submit-dataset"),
    path("datasets/<slug:code>/take-back", datasets.act, {"verb": "take-back"}, name="take-back-dataset"),
    path("datasets/<slug:code>/drop", datasets.act, {"verb": "drop"}, name="drop-dataset"),
    path("datasets/<slug:code>/versions/<int:number>/", datasets.version, name="dataset-version"),
    path("reviews/", reviews.index, name="reviews"),
    path("reviews/<slug:code>/", reviews.show, name="review"),
    path("reviews/<slug:code>/publish", reviews.decide, {"verb": "publish"}, name="publish"),
    path("reviews/<slug:code>/send-back", reviews.decide, {"verb": "send-back"}, name="send-back"),
    path("lineage/", lineage.show, name="lineage"),
    path("islands/", islands.show, name="islands"),
    path("islands/islands.csv", islands.download, name="islands-table"),
    path("sources/", sources.board, name="sources"),
    path("sources/new", sources.register, name="source-register"),
    path("sources/<slug:name>/", sources.show, name="source"),
    path("sources/<slug:name>/change", sources.change, name="source-change"),
    path("sources/<slug:name>/test", sources.try_out, name="source-test"),
    path("sources/<slug:name>/connect/", connect.relations, name="connect"),
    path("sources/<slug:name>/connect/columns", connect.columns, name="connect-columns"),
    path("sources/<slug:name>/connect/publish", connect.publish, name="connect-publish"),
    path("base/", base.show, name="base"),
    path("base/<slug:code>/open", base.open_record, name="open-record"),
    path("ledger/", ledger.show, name="ledger"),
    path("duties/", duties.show, name="duties"),
    path("payments/", payments.index, name="payments"),
    path("payments/open", payments.gather, name="open-batch"),
    path("payments/batches/<uuid:batch_id>/", payments.batch, name="batch"),
    path("payments/batches/<uuid:batch_id>/take-out", payments.take_out, name="take-out"),
    *(
        path(f"payments/batches/<uuid:batch_id>/{verb}", payments.act, {"verb": verb}, name=f"{verb}-batch")
        for verb in ("freeze", "approve", "refuse", "send")
    ),
    path("payments/<uuid:payment_id>/", payments.trace, name="payment"),
    path("payments/<uuid:payment_id>/replace", payments.replace, name="replace-payment"),
    path("payments/<uuid:payment_id>/write-off", payments.write_off, name="write-off-payment"),
    path("standards/", standards.index, name="standards"),
    path("standards/elements/<str:identifier>/", standards.element, name="element"),
    path("standards/lists/<slug:identifier>/", standards.code_list, name="code-list"),
    path("standards/lists/<slug:identifier>/export", standards.export, name="code-list-export"),
    path("standards/lists/<slug:identifier>/compare", standards.compare, name="code-list-compare"),
    path("standards/lists/<slug:identifier>/confirm", standards.confirm, name="code-list-confirm"),
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
    path("proposals/", proposals.index, name="proposals"),
    path("proposals/take", proposals.take, name="take-apart"),
    path("proposals/<int:text_id>/", proposals.show, name="decomposed-text"),
    path("proposals/<int:text_id>/draft", proposals.make_draft, name="draft-of-text"),
    *(
        path(
            f"proposals/<int:text_id>/<int:proposal_id>/{verb}", proposals.act, {"verb": verb}, name=f"{verb}-proposal"
        )
        for verb in ("confirm", "change", "reject")
    ),
    path("evaluation/", evaluation.show, name="evaluation"),
    path("collected/", collected.index, name="collected"),
    path("collected/<int:document_id>/", collected.show, name="collected-document"),
    path("collected/<int:document_id>/compare", collected.compare, name="collected-compare"),
    path("collected/originals/<str:digest>", collected.original, name="collected-original"),
    path("collected/troubles/<int:trouble_id>/", collected.trouble, name="collection-trouble"),
    path("collected/feeds/<slug:name>/visit", collected.visit, name="visit-feed"),
    path("policies/", policies.index, name="policies"),
    path("policies/<slug:slug>/simulation/", evaluation.simulation, name="simulation"),
    path("policies/<slug:slug>/", policies.show, name="policy"),
    *(
        path(f"policies/<slug:slug>/{verb}", policies.act, {"verb": verb}, name=f"{verb}-policy")
        for verb in ("submit", "agree", "return")
    ),
    path("tasks/", tasks.listing, name="tasks"),
    path("tasks/<uuid:task_id>/", tasks.show, name="task"),
    path("tasks/<uuid:task_id>/fixed", tasks.fixed, name="task-fixed"),
    path("tasks/<uuid:task_id>/value", tasks.value, name="task-value"),
    path("tasks/<uuid:task_id>/corrected", tasks.corrected, name="task-corrected"),
    path("tasks/<uuid:task_id>/confirmed", tasks.confirmed, name="task-confirmed"),
    path("ratings/", ratings.board, name="ratings"),
    path("ratings/<uuid:rating_id>/", ratings.show, name="rating"),
    path("grants/", grants.index, name="grants"),
    path("grants/active/", grants.active, name="active-grants"),
    path("grants/new/", grants.new, name="new-request"),
    path("grants/requests/<uuid:request_id>/", grants.show, name="grant-request"),
    *(
        path(f"grants/requests/<uuid:request_id>/{verb}", grants.act, {"verb": verb}, name=f"{verb}-request")
        for verb in ("answer", "arbitrate", "extend", "dispute", "withdraw")
    ),
    path("grants/<int:grant_id>/", grants.grant, name="grant"),
    *(
        path(f"grants/<int:grant_id>/{verb}", grants.halt, {"verb": verb}, name=f"{verb}-grant")
        for verb in ("suspend", "resume", "revoke")
    ),
]
