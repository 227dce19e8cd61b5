"""Education (教育·演示): an HTTP service with a key of its own over a store of its own.

    GET /v1/graduates/<id_number>?fields=education_code,graduated_on
    X-Api-Key: …

    200 {"education_code": "21", "graduated_on": "20260627", "as_of": "2026-11-23T23:00:00+08:00"}
    400 an unknown field, or none · 401 no key or a wrong one · 404 no such person · 405 anything but GET

Errors are {"error": code, "message": …}. Only the fields asked for are in the answer, besides `as_of`, the time the
record was last brought up to date. A field may be null; the department's codes are its own and must be mapped:

    field            meaning                            values
    name             姓名
    education_code   学历代码 (GB/T 4658, two digits)   11 博士研究生毕业, 14 硕士研究生毕业, 21 大学本科毕业,
                                                        31 大学专科毕业, 41 中等专科毕业, 61 普通高中毕业,
                                                        71 初中毕业, 81 小学毕业
    degree_code      学位代码 (GB/T 6864, first digit)  2 博士, 3 硕士, 4 学士, and 0 无学位
    study_form_code  学习形式 (the department's own)    1 全日制, 2 非全日制, 3 国（境）外
    graduated_on     毕业日期                           YYYYMMDD, a string
    verified         核验结果                           Y 已核验, N 未核验

Of a thousand records some hold an education code that is in no list (99), a graduation date that never was (20190231),
no date at all, or a name spelled otherwise; and some people have no record. That is meant.
"""
