"""FEEL by example: `expression ⇒ value`, one a line, the value as FEEL would write it. Reasons are in DMN 1.5, 10.3."""

LITERALS = r"""
1 ⇒ 1
-1 ⇒ -1
1.50 ⇒ 1.5
.5 ⇒ 0.5
1e3 ⇒ 1000
1.5E-2 ⇒ 0.015
00012 ⇒ 12
-0 ⇒ 0
"" ⇒ ""
"a" ⇒ "a"
"办结" ⇒ "办结"
"a\"b" ⇒ "a\"b"
"a\\b" ⇒ "a\\b"
"a\nb" ⇒ "a\nb"
"\u4e2d" ⇒ "中"
"\U01F40E" ⇒ "🐎"
"\uD83D\uDC0E" ⇒ "🐎"
"it's" ⇒ "it's"
"\'" ⇒ "'"
"\d" ⇒ "\\d"
true ⇒ true
false ⇒ false
null ⇒ null
[] ⇒ []
[1, "a", null] ⇒ [1, "a", null]
[[1], []] ⇒ [[1], []]
{} ⇒ {}
{a: 1} ⇒ {a: 1}
{"a b": 1, c: {d: 2}} ⇒ {a b: 1, c: {d: 2}}
@"2026-02-17" ⇒ 2026-02-17
@"2026-02-17T08:30:00" ⇒ 2026-02-17T08:30:00
@"08:30:00" ⇒ 08:30:00
@"08:30:00+08:00" ⇒ 08:30:00+08:00
@"P1DT2H" ⇒ P1DT2H
@"P1Y2M" ⇒ P1Y2M
@"-P1D" ⇒ -P1D
@"nonsense" ⇒ null
@"2026-02-30" ⇒ null
1 // the rest of the line ⇒ 1
1 /* in between */ + 2 ⇒ 3
/* a * b ** / c */ 7 ⇒ 7
"""

NAMES = r"""
{first name: "李", x: first name}.x ⇒ "李"
{a-b: 5, a: 3, b: 1, c: a-b}.c ⇒ 5
{a: 3, b: 1, c: a-b}.c ⇒ 2
{a+b: 5, c: a+b}.c ⇒ 5
{a/b: 5, c: a/b * 2}.c ⇒ 10
{a.b: 5, c: a.b}.c ⇒ 5
{it's: 5, c: it's}.c ⇒ 5
{terms and conditions: 5, c: terms and conditions + 1}.c ⇒ 6
{金额: 5, 金额 合计: 9, c: 金额 合计 - 金额}.c ⇒ 4
{面积2: 5, c: 面积2}.c ⇒ 5
{Area 51: 7, c: Area 51 + 1}.c ⇒ 8
{🐎: 1, c: 🐎 + 1}.c ⇒ 2
{_x: 1, c: _x}.c ⇒ 1
{format: 1, c: format}.c ⇒ 1
{order: 1, c: order + 1}.c ⇒ 2
{inside: 1, c: inside in [1]}.c ⇒ true
{"a b": 1}.a b ⇒ 1
{if x: 1}.if x ⇒ 1
{instance: 1, c: instance}.c ⇒ 1
{external: 1, c: external}.c ⇒ 1
for my-x in [1, 2] return my-x * 2 ⇒ [2, 4]
for 项 in [1, 2] return 项 ⇒ [1, 2]
(function(a-b) a-b + 1)(4) ⇒ 5
(function(first name, last name) last name + first name)("明", "李") ⇒ "李明"
{date: 5, x: date("2026-01-01")}.x ⇒ 2026-01-01
{a: {b: {c: 1}}}.a.b.c ⇒ 1
{a: 1}.missing ⇒ null
no such name ⇒ null
"""

LOGIC = r"""
true and true ⇒ true
true and false ⇒ false
false and null ⇒ false
null and false ⇒ false
true and null ⇒ null
null and null ⇒ null
true or null ⇒ true
null or true ⇒ true
false or null ⇒ null
false or false ⇒ false
true and 1 ⇒ null
false and "x" ⇒ false
"x" and false ⇒ false
true or 0 ⇒ true
false or 0 ⇒ null
true and true and false ⇒ false
true and null and true ⇒ null
false or null or true ⇒ true
false or true and false ⇒ false
not(true) ⇒ false
not(false) ⇒ true
not(null) ⇒ null
not(1) ⇒ null
if true then 1 else 2 ⇒ 1
if false then 1 else 2 ⇒ 2
if null then 1 else 2 ⇒ 2
if 1 then 1 else 2 ⇒ 2
if 1 > 2 then "a" else if 2 > 1 then "b" else "c" ⇒ "b"
(if true then 1 else 2) + 1 ⇒ 2
if true then 1 else 2 + 1 ⇒ 1
1 + if false then 1 else 2 ⇒ 3
"""

COMPARISON = r"""
1 = 1 ⇒ true
1 = 1.0 ⇒ true
-0 = 0 ⇒ true
1 = "1" ⇒ null
1 = null ⇒ false
null = null ⇒ true
null != null ⇒ false
1 != null ⇒ true
1 != 2 ⇒ true
1 != "a" ⇒ null
"a" = "a" ⇒ true
"a" = "A" ⇒ false
true = false ⇒ false
true = 1 ⇒ null
[1, 2] = [1, 2] ⇒ true
[1, 2] = [2, 1] ⇒ false
[1] = [1, 1] ⇒ false
[] = [] ⇒ true
[null] = [null] ⇒ true
{a: 1, b: 2} = {b: 2, a: 1} ⇒ true
{a: 1} = {a: 2} ⇒ false
{a: 1} = {b: 1} ⇒ false
{} = [] ⇒ null
[1..3] = [1..3] ⇒ true
[1..3] = [1..3) ⇒ false
1 < 2 ⇒ true
2 <= 2 ⇒ true
3 > 4 ⇒ false
4 >= 4 ⇒ true
"a" < "b" ⇒ true
"10" < "9" ⇒ true
1 < "2" ⇒ null
1 < null ⇒ null
null < null ⇒ null
true < false ⇒ null
[1] < [2] ⇒ null
@"2026-01-01" < @"2026-01-02" ⇒ true
@"2026-01-01" = @"2026-01-01" ⇒ true
@"2026-01-01" < @"2026-01-02T00:00:00" ⇒ null
@"2026-01-01" = @"2026-01-01T00:00:00" ⇒ false
@"2026-01-01" = @"2026-01-01T08:00:00+08:00" ⇒ true
@"2026-01-01" < @"2026-01-01T08:00:01+08:00" ⇒ true
@"2026-01-01T07:59:00@Asia/Shanghai" < @"2026-01-01" ⇒ true
[@"2026-01-01"] = [@"2026-01-01T00:00:00Z"] ⇒ true
@"12000-01-01" = @"12000-01-01T00:00:00Z" ⇒ true
@"2026-01-01" = "2026-01-01" ⇒ null
@"08:00:00.3" = @"08:00:00.7" ⇒ true
@"08:00:00.3" < @"08:00:00.7" ⇒ false
@"08:00:00.9" < @"08:00:01" ⇒ true
@"2026-01-01T08:00:00.3" = @"2026-01-01T08:00:00" ⇒ true
@"08:00:00+08:00" = @"08:00:00@Asia/Shanghai" ⇒ true
@"08:00:00-05:00" = @"08:00:00@America/New_York" ⇒ true
@"08:00:00" = @"08:00:00@Asia/Shanghai" ⇒ false
@"08:00:00" < @"09:00:00" ⇒ true
@"08:00:00Z" < @"09:00:00+08:00" ⇒ false
@"09:00:00+08:00" = @"01:00:00Z" ⇒ true
@"09:00:00+08:00" < @"09:00:00" ⇒ null
@"2026-01-01T08:00:00+08:00" = @"2026-01-01T00:00:00Z" ⇒ true
@"2026-01-01T08:00:00@Asia/Shanghai" = @"2026-01-01T00:00:00Z" ⇒ true
@"P1D" < @"PT25H" ⇒ true
@"P1D" = @"PT24H" ⇒ true
@"P1Y" = @"P12M" ⇒ true
@"P1Y" < @"P13M" ⇒ true
@"P1D" < @"P1M" ⇒ null
1 < 2 = true ⇒ true
5 between 1 and 10 ⇒ true
11 between 1 and 10 ⇒ false
1 between 1 and 1 ⇒ true
null between 1 and 10 ⇒ null
5 between null and 10 ⇒ null
11 between null and 10 ⇒ false
5 between 1 and 3 + 4 and true ⇒ true
"b" between "a" and "c" ⇒ true
@"2026-02-01" between @"2026-01-01" and @"2026-03-01" ⇒ true
"""

IN = r"""
1 in [1, 2] ⇒ true
3 in [1, 2] ⇒ false
1 in 1 ⇒ true
1 in "1" ⇒ null
1 in [1..3] ⇒ true
1 in (1..3] ⇒ false
3 in [1..3) ⇒ false
1 in ]1..3] ⇒ false
3 in [1..3[ ⇒ false
2 in ]1..3[ ⇒ true
1 in (2, 3) ⇒ false
3 in (2, 3) ⇒ true
5 in (< 3, > 4) ⇒ true
5 in > 4 ⇒ true
5 in (> 4) ⇒ true
5 in <= 4 ⇒ false
5 in = 5 ⇒ true
(< 5) = < 5 ⇒ true
(< 5) = <= 5 ⇒ false
[1..2] != > 1 ⇒ true
5 in != 5 ⇒ false
5 in (!= 4) ⇒ true
"b" in ["a".."c"] ⇒ true
5 in [[1..3], [4..6]] ⇒ true
[1] in [[1], [2]] ⇒ true
null in [1, null] ⇒ true
null in [1..2] ⇒ null
"a" in ("a", "b") ⇒ true
@"2026-05-01" in [@"2026-01-01"..@"2026-12-31"] ⇒ true
5 in (? > 3 and ? < 6) ⇒ true
2 in (? > 3) ⇒ false
1 in [1, 2] and 2 in [3] ⇒ false
1 + 1 in [2] ⇒ true
1 in xs ⇒ false
"""

ARITHMETIC = r"""
1 + 2 ⇒ 3
1 + 2 * 3 ⇒ 7
(1 + 2) * 3 ⇒ 9
10 - 2 - 3 ⇒ 5
8 / 2 / 2 ⇒ 2
2 ** 3 ⇒ 8
2 ** 3 ** 2 ⇒ 64
-2 ** 2 ⇒ 4
2 ** -1 ⇒ 0.5
2 * -3 ⇒ -6
- - 1 ⇒ 1
0.1 + 0.2 ⇒ 0.3
1 / 3 ⇒ 0.3333333333333333333333333333333333
2 / 3 ⇒ 0.6666666666666666666666666666666667
1 / 0 ⇒ null
0 / 0 ⇒ null
(-1) ** 0.5 ⇒ null
0 ** 0 ⇒ 1
0 ** -1 ⇒ null
(-0) ** -0.5 ⇒ null
1 + null ⇒ null
null * 2 ⇒ null
1 + "a" ⇒ null
"a" + "b" ⇒ "ab"
"a" - "b" ⇒ null
"a" + null ⇒ null
-"a" ⇒ null
-null ⇒ null
-true ⇒ null
1 + true ⇒ null
[1] + [2] ⇒ null
9999999999999999999999999999999999 + 1 ⇒ 10000000000000000000000000000000000
1.000000000000000000000000000000001 * 1 ⇒ 1.000000000000000000000000000000001
@"2026-01-31" + @"P1M" ⇒ 2026-02-28
@"2024-01-31" + @"P1M" ⇒ 2024-02-29
@"2026-03-31" - @"P1M" ⇒ 2026-02-28
@"2026-01-01" + @"P1D" ⇒ 2026-01-02
@"2026-01-01" - @"P1D" ⇒ 2025-12-31
@"2026-01-01" + @"PT36H" ⇒ 2026-01-02
@"2026-01-01" - @"PT1H" ⇒ 2025-12-31
@"P1D" + @"2026-01-01" ⇒ 2026-01-02
@"P1D" - @"2026-01-01" ⇒ null
@"2026-01-03" - @"2026-01-01" ⇒ P2D
@"2026-01-01" + @"2026-01-01" ⇒ null
@"2026-01-01T23:00:00" + @"PT2H" ⇒ 2026-01-02T01:00:00
@"2026-01-01T01:00:00+08:00" - @"PT2H" ⇒ 2025-12-31T23:00:00+08:00
@"2026-01-01T08:00:00+08:00" - @"2026-01-01T00:00:00Z" ⇒ PT0S
@"2026-01-01T08:00:00" - @"2026-01-01T00:00:00Z" ⇒ null
@"2026-01-02T08:00:00" - @"2026-01-01" ⇒ null
@"2026-01-02T08:00:00+08:00" - @"2026-01-01" ⇒ P1D
@"2026-01-02" - @"2026-01-01T23:00:00@Asia/Shanghai" ⇒ PT9H
@"2026-01-01T00:00:00.25Z" - @"2026-01-01T00:00:00Z" ⇒ PT0.25S
@"08:00:00@Asia/Shanghai" - @"00:30:00Z" ⇒ -PT30M
@"23:00:00" + @"PT2H" ⇒ 01:00:00
@"01:00:00Z" - @"PT2H" ⇒ 23:00:00Z
@"10:00:00" - @"08:30:00" ⇒ PT1H30M
@"10:00:00+08:00" - @"01:00:00Z" ⇒ PT1H
@"P1D" + @"PT1H" ⇒ P1DT1H
@"P1Y" + @"P1M" ⇒ P1Y1M
@"P1Y" + @"P1D" ⇒ null
@"P1D" - @"PT1H" ⇒ PT23H
@"P1D" * 3 ⇒ P3D
1.5 * @"P1D" ⇒ P1DT12H
@"P1D" / 2 ⇒ PT12H
@"P1D" / @"PT1H" ⇒ 24
@"P1Y" / @"P1M" ⇒ 12
@"P1Y" * 2 ⇒ P2Y
@"P1Y" / 4 ⇒ P3M
@"P1D" / 0 ⇒ null
@"P1D" / @"P1M" ⇒ null
-@"P1D" ⇒ -P1D
-@"P1Y" ⇒ -P1Y
@"2024-02-29" + @"P1Y" ⇒ 2025-02-28
@"2024-02-29" - @"P1Y" ⇒ 2023-02-28
"""

LISTS = r"""
[1, 2, 3][1] ⇒ 1
[1, 2, 3][-1] ⇒ 3
[1, 2, 3][0] ⇒ null
[1, 2, 3][4] ⇒ null
[1, 2, 3][1.5] ⇒ null
[1, 2, 3][item > 1] ⇒ [2, 3]
[1, 2, 3][item > 5] ⇒ []
[1, 2, 3][true] ⇒ [1, 2, 3]
[1, 2, 3][null] ⇒ []
[1, 2, 3]["a"] ⇒ []
[][1] ⇒ null
[][item > 1] ⇒ []
null[1] ⇒ null
null[item = 1] ⇒ []
5[1] ⇒ 5
5[2] ⇒ null
5[item > 3] ⇒ [5]
"foo"[1] ⇒ "foo"
[[1, 2], [3]][1] ⇒ [1, 2]
[[1, 2], [3]][1][2] ⇒ 2
[{a: 1}, {a: 2}][a > 1] ⇒ [{a: 2}]
[{a: 1}, {a: 2}][item.a > 1] ⇒ [{a: 2}]
[{item: 1}, {item: 2}][item >= 2] ⇒ [{item: 2}]
[{a: 1}, {a: 2}].a ⇒ [1, 2]
[{a: 1}, {b: 2}].a ⇒ [1, null]
[{a: 1, b: 2}, {b: 3}][a = 1].b ⇒ [2]
{xs: [1, 2, 3], i: 2, y: xs[i]}.y ⇒ 2
{xs: [1, 2, 3], n: 1, y: xs[item > n]}.y ⇒ [2, 3]
[1, 2, 3, 4][item > 1][item < 4] ⇒ [2, 3]
[{x: 1, ys: [1, 2]}, {x: 2, ys: [3]}][count(ys) > 1].x ⇒ [1]
[1, 2, 3][count([1, 2])] ⇒ 2
{a: 5}[a = 5] ⇒ [{a: 5}]
for i in [1, 2] return i * 2 ⇒ [2, 4]
for i in 1..3 return i ⇒ [1, 2, 3]
for i in 3..1 return i ⇒ [3, 2, 1]
for i in [1..3] return i ⇒ [1, 2, 3]
for i in (1..4) return i ⇒ [2, 3]
for i in -1..1 return i ⇒ [-1, 0, 1]
for i in 1..1 return i ⇒ [1]
for i in @"2026-01-30"..@"2026-02-01" return i ⇒ [2026-01-30, 2026-01-31, 2026-02-01]
for i in [1, 2], j in [3, 4] return i * j ⇒ [3, 4, 6, 8]
for i in [1, 2], j in 1..i return j ⇒ [1, 1, 2]
for i in [] return i ⇒ []
for i in null return i ⇒ null
for i in 5 return i ⇒ [5]
for i in 1..5 return if i = 1 then 1 else i * partial[-1] ⇒ [1, 2, 6, 24, 120]
for i in 1..3 return count(partial) ⇒ [0, 1, 2]
for i in 1..3 return partial ⇒ [[], [[]], [[], [[]]]]
for i in 1..2 return for j in 1..2 return count(partial) + i ⇒ [[1, 2], [2, 3]]
for x in [[1, 2], [3]] return x[1] ⇒ [1, 3]
some x in [1, 2] satisfies x > 1 ⇒ true
some x in [1, 2] satisfies x > 2 ⇒ false
some x in [] satisfies true ⇒ false
some x in [1, null] satisfies x > 1 ⇒ null
some x in null satisfies true ⇒ null
every x in [1, 2] satisfies x > 0 ⇒ true
every x in [1, 2] satisfies x > 1 ⇒ false
every x in [] satisfies false ⇒ true
every x in [1, null] satisfies x > 0 ⇒ null
some x in [1, 2], y in [2, 3] satisfies x = y ⇒ true
every x in [1, 2], y in [2, 3] satisfies x <= y ⇒ true
every x in 1..3 satisfies x > 0 ⇒ true
(some x in [1, 2] satisfies x > 1) and true ⇒ true
"""

CONTEXTS = r"""
{a: 1, b: a + 1, c: b * 2} ⇒ {a: 1, b: 2, c: 4}
{a: 1, b: {c: a}}.b.c ⇒ 1
{a: b, b: 1}.a ⇒ null
{a: 1, a: 2} ⇒ null
{f: function(x) x * 2, y: f(4)}.y ⇒ 8
{fact: function(n) if n <= 1 then 1 else n * fact(n - 1), y: fact(10)}.y ⇒ 3628800
{"a": 1}.a ⇒ 1
null.a ⇒ null
5.a ⇒ null
[].a ⇒ []
{a: {x: 1, b: {x: 2}}, x: 3}...x ⇒ [1, 2, 3]
{a: {first name: "李"}}...first name ⇒ ["李"]
{x: {x: {y: 1}}}...x ⇒ [{x: {y: 1}}, {y: 1}]
[{x: 1}, [{x: 2}], 3]...x ⇒ [1, 2]
{x: null, y: [{x: 1}]}...x ⇒ [1]
{x: 1}...y ⇒ []
5...x ⇒ []
null...x ⇒ []
{a: {x: {k: 1, n: "a"}}, x: {k: 2, n: "b"}}...x[k > 1]...n[1] ⇒ "b"
{a: {in: 1}}...in ⇒ [1]
get value({a: 1}, "a") ⇒ 1
get value({a: 1}, "b") ⇒ null
get value({a: {b: 2}}, ["a", "b"]) ⇒ 2
get value({a: 1}, ["a", "b"]) ⇒ null
get entries({a: 1, b: "x"}) ⇒ [{key: "a", value: 1}, {key: "b", value: "x"}]
get entries({}) ⇒ []
get entries(null) ⇒ null
context([{key: "a", value: 1}, {key: "b", value: 2}]) ⇒ {a: 1, b: 2}
context([{key: "a", value: 1}, {key: "a", value: 2}]) ⇒ null
context([{key: 1, value: 1}]) ⇒ null
context({key: "a", value: 1}) ⇒ {a: 1}
context put({a: 1}, "b", 2) ⇒ {a: 1, b: 2}
context put({a: 1}, "a", 2) ⇒ {a: 2}
context put({a: {b: 1}}, ["a", "b"], 2) ⇒ {a: {b: 2}}
context put({a: {b: 1}}, ["a", "c"], 2) ⇒ {a: {b: 1, c: 2}}
context put({a: 1}, [], 2) ⇒ null
context merge([{a: 1}, {b: 2}, {a: 3}]) ⇒ {a: 3, b: 2}
context merge([]) ⇒ {}
context merge([1]) ⇒ null
get or else(null, 1) ⇒ 1
get or else(2, 1) ⇒ 2
is defined(null) ⇒ false
is defined(0) ⇒ true
"""

FUNCTIONS = r"""
(function(x, y) x + y)(1, 2) ⇒ 3
(function() 5)() ⇒ 5
(function(x) x)() ⇒ null
(function(x) x)(1, 2) ⇒ null
(function(x, y) x - y)(y: 1, x: 5) ⇒ 4
(function(x, y) x - y)(y: 1, z: 5) ⇒ null
(function(x: number) x + 1)(2) ⇒ 3
(function(x: number) x)("a") ⇒ null
(function(x: number) x + 1)([2]) ⇒ 3
(function(x: list<number>) count(x))(2) ⇒ 1
(function(x: list<number>) count(x))([1, 2]) ⇒ 2
(function(x: list<number>) count(x))(["a"]) ⇒ null
{add: function(n) function(x) x + n, y: add(3)(4)}.y ⇒ 7
(for i in 1..3 return function() i * 10)[2]() ⇒ 20
for f in [function(x) x + 1, function(x) x * 2] return f(5) ⇒ [6, 10]
sort([3, 1, 2], function(x, y) x > y) ⇒ [3, 2, 1]
{before: function(a, b) a.n < b.n, y: sort([{n: 2}, {n: 1}], before)}.y ⇒ [{n: 1}, {n: 2}]
unheard of(1) ⇒ null
(5)(1) ⇒ null
null() ⇒ null
"abs"(-1) ⇒ null
{f: abs, y: f(-3)}.y ⇒ 3
for f in [min, max] return f([1, 2, 3]) ⇒ [1, 3]
abs() ⇒ null
abs(1, 2) ⇒ null
abs(n: -1) ⇒ 1
abs(m: -1) ⇒ null
1 instance of number ⇒ true
1 instance of string ⇒ false
"a" instance of string ⇒ true
true instance of boolean ⇒ true
null instance of number ⇒ false
null instance of Any ⇒ false
null instance of Null ⇒ true
1 instance of Any ⇒ true
1 instance of no such type ⇒ null
@"2026-01-01" instance of date ⇒ true
@"2026-01-01" instance of date and time ⇒ false
@"2026-01-01T00:00:00" instance of date and time ⇒ true
@"00:00:00" instance of time ⇒ true
@"P1D" instance of days and time duration ⇒ true
@"P1D" instance of years and months duration ⇒ false
@"P1Y" instance of years and months duration ⇒ true
[1, 2] instance of list<number> ⇒ true
[1, "a"] instance of list<number> ⇒ false
[1] instance of list<Any> ⇒ true
[] instance of list<number> ⇒ true
[1] instance of list ⇒ true
{a: 1, b: 2} instance of context<a: number> ⇒ true
{a: "x"} instance of context<a: number> ⇒ false
{b: 1} instance of context<a: number> ⇒ false
{a: 1} instance of context ⇒ true
[1..3] instance of range<number> ⇒ true
[1..3] instance of range<string> ⇒ false
(function(x: number) x) instance of function<number>->Any ⇒ true
(function(x: number, y: number) x) instance of function<number>->Any ⇒ false
(function(x: number) x) instance of function ⇒ true
1 + 2 instance of number ⇒ null
(1 + 2) instance of number ⇒ true
1 instance of number and true ⇒ true
"""

CONVERSION = r"""
number("12") ⇒ 12
number("-1.5") ⇒ -1.5
number("1,000.5", ",", ".") ⇒ 1000.5
number("1.000,5", ".", ",") ⇒ 1000.5
number("1 000", " ", ".") ⇒ 1000
number("1,5", null, ",") ⇒ 1.5
number("1", ",", ",") ⇒ null
number("x") ⇒ null
number("") ⇒ null
number(null) ⇒ null
number("1_000") ⇒ null
number("１２") ⇒ null
number(from: "7") ⇒ 7
string(1) ⇒ "1"
string(1.10) ⇒ "1.1"
string(1e10) ⇒ "10000000000"
string("a") ⇒ "a"
string(null) ⇒ null
string(true) ⇒ "true"
string(@"2026-01-01") ⇒ "2026-01-01"
string(@"08:00:00.500+08:00") ⇒ "08:00:00.5+08:00"
string(@"2026-01-01T00:00:00@Asia/Shanghai") ⇒ "2026-01-01T00:00:00@Asia/Shanghai"
string(@"P1DT25H") ⇒ "P2DT1H"
string(@"PT0S") ⇒ "PT0S"
string(@"P0M") ⇒ "P0M"
string(@"P14M") ⇒ "P1Y2M"
string([1, 2, "a"]) ⇒ "[1, 2, \"a\"]"
string(["a"]) ⇒ "[\"a\"]"
string([null]) ⇒ "[null]"
string({a: "x"}) ⇒ "{a: \"x\"}"
string([1..3)) ⇒ "[1..3)"
string((> 5)) ⇒ "(> 5)"
duration("P1D") ⇒ P1D
duration("P1Y2M") ⇒ P1Y2M
duration("-PT1H") ⇒ -PT1H
duration("PT1.5S") ⇒ PT1.5S
duration("P1Y1D") ⇒ null
duration("P") ⇒ null
duration("PT") ⇒ null
duration("P1DT") ⇒ null
duration("1D") ⇒ null
duration(null) ⇒ null
years and months duration(@"2024-01-31", @"2026-03-30") ⇒ P2Y1M
years and months duration(@"2026-03-30", @"2024-01-31") ⇒ -P2Y1M
years and months duration(from: @"2026-01-01", to: @"2026-01-31") ⇒ P0M
years and months duration(@"2026-01-01T10:00:00", @"2026-02-01T09:00:00") ⇒ P1M
years and months duration(@"2026-02-01T09:00:00+08:00", @"2025-12-02") ⇒ -P1M
range("[1..3]") ⇒ [1..3]
range("(1..3)") ⇒ (1..3)
range("[\"a\"..\"c\"]") ⇒ ["a".."c"]
range("[2026-01-01..2026-12-31]") ⇒ [2026-01-01..2026-12-31]
range("[date(\"2026-01-01\")..date(\"2026-12-31\")]") ⇒ [2026-01-01..2026-12-31]
range("[3..1]") ⇒ null
range("[1..]") ⇒ null
range("[..1]") ⇒ null
range("(..)") ⇒ null
range("[1..)") = (>= 1) ⇒ true
range("(..9]") = (<= 9) ⇒ true
range("]1..3[") ⇒ (1..3)
range(" ( 1 .. 3 ] ") ⇒ (1..3]
range("> 5") ⇒ (> 5)
range("<=\"b\"") ⇒ (<= "b")
range("(>= 2026-01-01)") ⇒ (>= 2026-01-01)
range("< x") ⇒ null
range("(<)") ⇒ null
range("[date(2026, 1, 1)..date(\"2026-12-31\")]") ⇒ [2026-01-01..2026-12-31]
range("[date and time(date(\"2026-01-01\"), time(\"08:00:00\"))..2026-12-31T08:00:00]").start ⇒ 2026-01-01T08:00:00
range("[date(string(\"2026-01-01\"))..date(\"2026-12-31\")]") ⇒ null
range("1..3") ⇒ null
range("[1..a]") ⇒ null
"""

STRINGS = r"""
substring("办理结果", 3) ⇒ "结果"
substring("abc", 1, 2) ⇒ "ab"
substring("abc", -2) ⇒ "bc"
substring("abc", -2, 1) ⇒ "b"
substring("abc", 0) ⇒ null
substring("abc", 4) ⇒ null
substring("abc", 2, 10) ⇒ "bc"
substring("abc", 2, 0) ⇒ null
substring("\U01F40Ex", 2) ⇒ "x"
substring(string: "abc", start position: 2) ⇒ "bc"
string length("办结") ⇒ 2
string length("\U01F40E") ⇒ 1
string length("") ⇒ 0
string length(1) ⇒ null
upper case("aBc4") ⇒ "ABC4"
lower case("aBc4") ⇒ "abc4"
substring before("foobar", "bar") ⇒ "foo"
substring before("foobar", "xyz") ⇒ ""
substring before("foobar", "") ⇒ ""
substring after("foobar", "o") ⇒ "obar"
substring after("foobar", "xyz") ⇒ ""
substring after("foobar", "") ⇒ "foobar"
contains("foobar", "of") ⇒ false
contains("加急件", "急") ⇒ true
contains(null, "a") ⇒ null
contains(["foo"], "o") ⇒ true
starts with("foobar", "foo") ⇒ true
ends with("foobar", "r") ⇒ true
string join(["a", "b"], "-") ⇒ "a-b"
string join(["a", null, "b"]) ⇒ "ab"
string join([]) ⇒ ""
string join(["a", "b"], ", ", "[", "]") ⇒ "[a, b]"
string join("a", "-") ⇒ "a"
string join([1]) ⇒ null
trim("  a ") ⇒ "a"
is blank(" ") ⇒ true
"""

REGEX = r"""
matches("foobar", "^fo*b") ⇒ true
matches("foobar", "^fo*x") ⇒ false
matches("FOOBAR", "foo", "i") ⇒ true
matches("a\nb", "a.b") ⇒ false
matches("a\nb", "a.b", "s") ⇒ true
matches("a\nb", "^b", "m") ⇒ true
matches("helloworld", "hello world", "x") ⇒ true
matches("a.b", "a.b", "q") ⇒ true
matches("axb", "a.b", "q") ⇒ false
matches("abc", "[a-c]{3}") ⇒ true
matches("abcd", "^[a-c]{2,3}$") ⇒ false
matches("办结", "\p{IsCJKUnifiedIdeographs}+") ⇒ true
matches("办结1", "^\p{L}+\d$") ⇒ true
matches("b", "[a-z-[aeiou]]") ⇒ true
matches("e", "[a-z-[aeiou]]") ⇒ false
matches("x", "[^x]") ⇒ false
matches("abc", "(") ⇒ null
matches("abc", "a{2,1}") ⇒ null
matches("abc", "(a)\1") ⇒ false
matches("aabc", "(a)\1") ⇒ true
matches("abAB", "(.+)\1") ⇒ false
matches("abAB", "^(.+)\1$", "i") ⇒ true
matches("xyzzyx", "(x)(y)(z)\3\2\1") ⇒ true
matches("b", "(a)?b\1") ⇒ true
matches("aa", "(a\1)") ⇒ null
matches("a", "[(a)\1]") ⇒ null
matches("a", "\1(a)") ⇒ null
matches("a2", "(a)\12") ⇒ false
matches("aa2", "(a)\12") ⇒ true
replace("abba", "(.)\1", "<$1>") ⇒ "a<b>a"
matches("A", "[^a]", "i") ⇒ false
matches("a", "\p{Lu}", "i") ⇒ false
matches("a b", "a [ ] b", "x") ⇒ true
matches("a]b", "a[\] ]b", "x") ⇒ true
matches("abc", "(?=a)") ⇒ null
matches("abc", "a", "z") ⇒ null
matches(null, "a") ⇒ null
matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "^(a+)+$") ⇒ false
matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "^(a|a)*$") ⇒ false
replace("abracadabra", "bra", "*") ⇒ "a*cada*"
replace("abracadabra", "a(.)", "a$1$1") ⇒ "abbraccaddabbra"
replace("abracadabra", "a.*a", "*") ⇒ "*"
replace("abracadabra", "a.*?a", "*") ⇒ "*c*bra"
replace("AAAA", "A+?", "b") ⇒ "bbbb"
replace("foo", "o", "$0$0") ⇒ "foooo"
replace("foo", "o", "\$") ⇒ "f$$"
replace("foo", "o", "$") ⇒ null
replace("foo", "x*", "-") ⇒ null
replace("abc", "[a-z]", "#", "q") ⇒ "abc"
replace("13800138000", "(\d{3})\d{4}(\d{4})", "$1****$2") ⇒ "138****8000"
split("John Doe", "\s") ⇒ ["John", "Doe"]
split("a;b;c;;", ";") ⇒ ["a", "b", "c", "", ""]
split("", ";") ⇒ [""]
split("abc", "") ⇒ null
extract("a1b22", "\d+") ⇒ ["1", "22"]
"""

LIST_FUNCTIONS = r"""
list contains([1, 2, 3], 2) ⇒ true
list contains([1, null], null) ⇒ true
list contains([], 1) ⇒ false
list contains(null, 1) ⇒ null
count([1, 2, 3]) ⇒ 3
count([]) ⇒ 0
count(null) ⇒ null
count(1) ⇒ 1
min([3, 1, 2]) ⇒ 1
min(3, 1, 2) ⇒ 1
min([]) ⇒ null
min([1, "a"]) ⇒ null
min(["b", "a"]) ⇒ "a"
min([1, null]) ⇒ null
max(3, 1, 2) ⇒ 3
max([@"2026-01-01", @"2026-05-01"]) ⇒ 2026-05-01
sum([1, 2, 3]) ⇒ 6
sum(1, 2) ⇒ 3
sum([]) ⇒ null
sum([1, null]) ⇒ null
sum([1, "a"]) ⇒ null
mean([1, 2, 3]) ⇒ 2
mean(1, 2) ⇒ 1.5
mean([]) ⇒ null
all([true, true]) ⇒ true
all([true, null]) ⇒ null
all([false, null]) ⇒ false
all([]) ⇒ true
all(true, false) ⇒ false
any([false, true]) ⇒ true
any([false, null]) ⇒ null
any([]) ⇒ false
any(0) ⇒ null
sublist([4, 5, 6], 1, 2) ⇒ [4, 5]
sublist([4, 5, 6], 2) ⇒ [5, 6]
sublist([4, 5, 6], -1) ⇒ [6]
sublist([4, 5, 6], 0) ⇒ null
sublist([4, 5, 6], 2, 5) ⇒ null
append([1], 2, 3) ⇒ [1, 2, 3]
append([1], [2]) ⇒ [1, [2]]
append([], null) ⇒ [null]
concatenate([1, 2], [3]) ⇒ [1, 2, 3]
concatenate([1], 2) ⇒ [1, 2]
concatenate([[1], [2]], [3]) ⇒ [[1], [2], 3]
insert before([1, 3], 1, 2) ⇒ [2, 1, 3]
insert before([1, 3], 2, 2) ⇒ [1, 2, 3]
insert before([1, 3], 3, 2) ⇒ null
insert before([1, 3], -1, 2) ⇒ [1, 2, 3]
remove([1, 2, 3], 2) ⇒ [1, 3]
remove([1, 2, 3], -1) ⇒ [1, 2]
remove([1], 2) ⇒ null
list replace([1, 2, 3], 2, 9) ⇒ [1, 9, 3]
list replace([1, 2, 3], function(item, newItem) item > 1, 9) ⇒ [1, 9, 9]
list replace([1, 2, 3], 4, 9) ⇒ null
list replace([1, 2], function(item) true, 9) ⇒ null
sort([2, 1], function(x) true) ⇒ null
reverse([1, 2, 3]) ⇒ [3, 2, 1]
index of([1, 2, 1], 1) ⇒ [1, 3]
index of([1, null], null) ⇒ [2]
index of([1], 2) ⇒ []
union([1, 2], [2, 3]) ⇒ [1, 2, 3]
distinct values([1, 2, 1, "1", null, null]) ⇒ [1, 2, "1", null]
distinct values([[1], [1]]) ⇒ [[1]]
distinct values([true, 1]) ⇒ [true, 1]
duplicate values([1, 2, 1]) ⇒ [1]
flatten([[1, [2]], 3, []]) ⇒ [1, 2, 3]
flatten(1) ⇒ [1]
product([2, 3, 4]) ⇒ 24
product([]) ⇒ null
median([8, 2, 5, 3, 4]) ⇒ 4
median([6, 1, 2, 3]) ⇒ 2.5
median([]) ⇒ null
stddev([2, 4, 7, 5]) ⇒ 2.081665999466132735282297706979931
stddev([47]) ⇒ null
stddev([]) ⇒ null
mode([6, 3, 9, 6, 6]) ⇒ [6]
mode([6, 1, 9, 6, 1]) ⇒ [1, 6]
mode([]) ⇒ []
sort([3, 1, 2]) ⇒ [1, 2, 3]
sort(list: [3, 1, 2], precedes: function(x, y) x < y) ⇒ [1, 2, 3]
sort([1, "a"], function(x, y) x < y) ⇒ null
sort([]) ⇒ []
is empty([]) ⇒ true
partition([1, 2, 3, 4, 5], 2) ⇒ [[1, 2], [3, 4], [5]]
"""

NUMBER_FUNCTIONS = r"""
decimal(1 / 3, 2) ⇒ 0.33
decimal(1.5, 0) ⇒ 2
decimal(2.5, 0) ⇒ 2
decimal(1234, -2) ⇒ 1200
decimal(1, 7000) ⇒ null
floor(1.5) ⇒ 1
floor(-1.5) ⇒ -2
floor(1.56, 1) ⇒ 1.5
ceiling(1.5) ⇒ 2
ceiling(-1.5) ⇒ -1
ceiling(1.51, 1) ⇒ 1.6
round up(5.5, 0) ⇒ 6
round up(-5.5, 0) ⇒ -6
round up(1.121, 2) ⇒ 1.13
round down(5.5, 0) ⇒ 5
round down(-1.126, 2) ⇒ -1.12
round half up(5.5, 0) ⇒ 6
round half up(-5.5, 0) ⇒ -6
round half up(1.125, 2) ⇒ 1.13
round half down(5.5, 0) ⇒ 5
round half down(1.126, 2) ⇒ 1.13
abs(-10) ⇒ 10
abs(@"-PT5H") ⇒ PT5H
abs(@"-P5M") ⇒ P5M
abs("a") ⇒ null
modulo(12, 5) ⇒ 2
modulo(-12, 5) ⇒ 3
modulo(12, -5) ⇒ -3
modulo(-12, -5) ⇒ -2
modulo(10.1, 4.5) ⇒ 1.1
modulo(1, 0) ⇒ null
sqrt(16) ⇒ 4
sqrt(-1) ⇒ null
sqrt(2) ⇒ 1.414213562373095048801688724209698
log(1) ⇒ 0
log(10) ⇒ 2.302585092994045684017991454684364
log(0) ⇒ null
exp(0) ⇒ 1
exp(5) ⇒ 148.4131591025766034211155800405523
odd(5) ⇒ true
odd(2) ⇒ false
odd(1.5) ⇒ null
even(0) ⇒ true
even(-2) ⇒ true
"""

TEMPORAL = r"""
date("2026-02-17") ⇒ 2026-02-17
date("2026-2-17") ⇒ null
date("2026-02-29") ⇒ null
date(2026, 2, 17) ⇒ 2026-02-17
date(2026, 13, 1) ⇒ null
date(year: 2026, month: 2, day: 17) ⇒ 2026-02-17
date(@"2026-02-17T10:00:00") ⇒ 2026-02-17
date("-2026-02-17") ⇒ -2026-02-17
date("999999999-12-31") ⇒ 999999999-12-31
date("9999-12-31") + @"P1D" ⇒ 10000-01-01
date("10000-01-01") - @"P1D" ⇒ 9999-12-31
date("10000-01-01") > date("9999-12-31") ⇒ true
date("10000-03-01") - date("10000-02-01") ⇒ P29D
date("0001-01-01") - @"P1D" ⇒ 0000-12-31
date("02026-01-01") ⇒ null
date(null) ⇒ null
time("08:30:00") ⇒ 08:30:00
time("08:30:00.123456789") ⇒ 08:30:00.123456789
time("25:00:00") ⇒ null
time("08:30") ⇒ null
time("08:30:00Z") ⇒ 08:30:00Z
time("08:30:00+08:00") ⇒ 08:30:00+08:00
time("08:30:00+25:00") ⇒ null
time("08:30:00@Asia/Shanghai") ⇒ 08:30:00@Asia/Shanghai
time("08:30:00@No/Where") ⇒ null
time("08:30:00@../../etc/passwd") ⇒ null
time(8, 30, 0) ⇒ 08:30:00
time(8, 30, 1.5) ⇒ 08:30:01.5
time(8, 30, 0, @"PT8H") ⇒ 08:30:00+08:00
time(8, 30, 0, null) ⇒ 08:30:00
time(24, 0, 0) ⇒ null
time(@"2026-01-01T10:00:00+08:00") ⇒ 10:00:00+08:00
time(@"2026-01-01") ⇒ 00:00:00Z
date and time("2026-02-17T08:30:00") ⇒ 2026-02-17T08:30:00
date and time("2026-02-17") ⇒ 2026-02-17T00:00:00
date and time("2026-02-17T08:30:00+08:00") ⇒ 2026-02-17T08:30:00+08:00
date and time(@"2026-02-17", @"08:30:00") ⇒ 2026-02-17T08:30:00
date and time(@"2026-02-17T01:00:00", @"08:30:00Z") ⇒ 2026-02-17T08:30:00Z
date and time("2026-02-17T25:30:00") ⇒ null
@"2026-02-17".year ⇒ 2026
@"2026-02-17".month ⇒ 2
@"2026-02-17".day ⇒ 17
@"2026-02-17".weekday ⇒ 2
@"2026-02-22".weekday ⇒ 7
@"2026-02-17T08:30:15".hour ⇒ 8
@"2026-02-17T08:30:15".minute ⇒ 30
@"2026-02-17T08:30:15".second ⇒ 15
@"2026-02-17T08:30:15".weekday ⇒ 2
@"08:30:15+08:00".time offset ⇒ PT8H
@"08:30:15".time offset ⇒ null
@"08:30:15@Asia/Shanghai".timezone ⇒ "Asia/Shanghai"
@"08:30:15+08:00".timezone ⇒ null
@"2026-07-01T00:00:00@Europe/Paris".time offset ⇒ PT2H
@"P2DT3H4M5S".days ⇒ 2
@"P2DT3H4M5S".hours ⇒ 3
@"P2DT3H4M5S".minutes ⇒ 4
@"P2DT3H4M5S".seconds ⇒ 5
@"-P2DT3H".hours ⇒ -3
@"P1Y2M".years ⇒ 1
@"P1Y2M".months ⇒ 2
@"-P1Y2M".months ⇒ -2
@"P1D".years ⇒ null
[1..3].start ⇒ 1
[1..3).end included ⇒ false
(1..3].start included ⇒ false
@"2026-02-17".hour ⇒ null
day of year(@"2026-02-17") ⇒ 48
day of year(@"2024-12-31") ⇒ 366
day of week(@"2026-02-17") ⇒ "Tuesday"
month of year(@"2026-02-17") ⇒ "February"
week of year(@"2026-01-01") ⇒ 1
week of year(@"2027-01-01") ⇒ 53
last day of month(@"2024-02-10") ⇒ 2024-02-29
is(@"08:00:00Z", @"08:00:00+00:00") ⇒ true
is(@"08:00:00", @"08:00:00Z") ⇒ false
is(@"09:00:00+01:00", @"08:00:00Z") ⇒ false
is(1, 1.0) ⇒ true
is(1, "1") ⇒ false
is(@"2026-01-01", @"2026-01-01T00:00:00Z") ⇒ false
is(@"08:00:00.1", @"08:00:00.2") ⇒ false
is(@"08:00:00@Asia/Shanghai", @"08:00:00+08:00") ⇒ true
is(@"08:00:00@Etc/GMT", @"08:00:00Z") ⇒ true
is(value1: 1, value2: 1, value3: 2) ⇒ true
is(value1: 1, value3: 1) ⇒ null
now() ⇒ 2026-02-17T08:30:00@Asia/Shanghai
today() ⇒ 2026-02-17
now() > @"2026-02-17T00:29:59Z" ⇒ true
date(now()) = today() ⇒ true
"""

RANGES = r"""
before(1, 10) ⇒ true
before(10, 1) ⇒ false
before(1, [1..10]) ⇒ false
before(1, (1..10]) ⇒ true
before([1..10], 10) ⇒ false
before([1..10), 10) ⇒ true
before([1..10], [15..20]) ⇒ true
before([1..10), [10..20]) ⇒ true
before([1..10], [10..20]) ⇒ false
after(10, 5) ⇒ true
after(12, [2..5]) ⇒ true
after([11..20], [1..11)) ⇒ true
meets([1..5], [5..10]) ⇒ true
meets([1..5), [5..10]) ⇒ false
met by([5..10], [1..5]) ⇒ true
overlaps([1..5], [3..8]) ⇒ true
overlaps([1..5], (5..8]) ⇒ false
overlaps([1..5], [5..8]) ⇒ true
overlaps before([1..5], [3..8]) ⇒ true
overlaps before([3..8], [1..5]) ⇒ false
overlaps before([1..5], [3..5]) ⇒ true
overlaps before([1..5], [3..5)) ⇒ false
overlaps after([3..8], [1..5]) ⇒ true
finishes(10, [1..10]) ⇒ true
finishes(10, [1..10)) ⇒ false
finishes([5..10], [1..10]) ⇒ true
finished by([1..10], 10) ⇒ true
finished by([1..10], [5..10]) ⇒ true
includes([1..10], 5) ⇒ true
includes([1..10], [4..6]) ⇒ true
includes((1..10], [1..5]) ⇒ false
includes([1..10), 10) ⇒ false
during(5, [1..10]) ⇒ true
during([4..6], [1..10)) ⇒ true
during((1..10), (1..10)) ⇒ true
starts(1, [1..10]) ⇒ true
starts([1..5], [1..10]) ⇒ true
starts((1..5], [1..10]) ⇒ false
started by([1..10], 1) ⇒ true
started by([1..10], [1..5]) ⇒ true
coincides(5, 5) ⇒ true
coincides([1..5], [1..5]) ⇒ true
coincides([1..5], (1..5]) ⇒ false
coincides(3, 4) ⇒ false
before(@"2026-01-01", @"2026-02-01") ⇒ true
before(1, "a") ⇒ null
before(null, 1) ⇒ null
during(point: 5, range: [1..10]) ⇒ true
[1..null] ⇒ null
["a"..1] ⇒ null
(1..2) instance of range<number> ⇒ true
(< 5).end ⇒ 5
(< 5).start ⇒ null
(>= 5).start included ⇒ true
3 in (< 5) ⇒ true
(< 5) = (< 5) ⇒ true
"""

GROUPS = {
    name.lower(): [tuple(part.strip() for part in line.split("⇒")) for line in text.strip().splitlines()]
    for name, text in list(globals().items())
    if name.isupper()
}
"""The cases of each group: (expression, value)."""
