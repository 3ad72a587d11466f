/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The report as a page to be printed on A4: no script, its style a file of our
 * own, so that the strict content security policy holds for it too.
 */
#include <config.h>

#include "http/report.h"

#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "capacity/account.h"
#include "capacity/pue.h"
#include "capacity/view.h"
#include "http/api.h"

enum word { W_LANG = 0, W_TITLE, W_PLACE, W_SPAN, W_OPEN, W_CLOSED, W_COVERAGE, W_MISSING,
	W_TOTAL, W_ENERGY, W_RACKS, W_VERIFIED, W_PEAK, W_PUE, W_SITES, W_TENANTS, W_RACK,
	W_TENANT, W_NO_TENANT, W_SITE, W_METERED, W_UNKNOWN, W_NOT_MEASURED, W_TOO_MANY,
	W_RULE, W_DEMO, W_MADE, W_N };

static const char *const WORDS[2][W_N] = {
	{
		[W_LANG] = "en", [W_TITLE] = "Energy report",
		[W_PLACE] = "Place", [W_SPAN] = "Span",
		[W_OPEN] = "The month is open: figures so far, not a bill.",
		[W_CLOSED] = "The month has ended; its figures are written down.",
		[W_COVERAGE] = "Measured", [W_MISSING] = "Racks without any measurement",
		[W_TOTAL] = "Total", [W_ENERGY] = "Energy, kWh", [W_RACKS] = "Racks",
		[W_VERIFIED] = "Verified by telemetry",
		[W_PEAK] = "Highest power, kW", [W_PUE] = "PUE", [W_SITES] = "By site",
		[W_TENANTS] = "By tenant", [W_RACK] = "Rack", [W_TENANT] = "Tenant",
		[W_NO_TENANT] = "(no tenant)", [W_SITE] = "Site", [W_METERED] = "By meter",
		[W_UNKNOWN] = "unknown", [W_NOT_MEASURED] = "not measured",
		[W_TOO_MANY] = "More racks than a printed page is for: choose a site or hall, "
		    "or take the list as CSV.",
		[W_RULE] = "Energy is what meters counted, else the integral of power over the "
		    "time that was measured; nothing is added for time that was not.",
		[W_DEMO] = "Synthetic data of a demonstration.", [W_MADE] = "As of",
	}, {
		[W_LANG] = "zh-CN", [W_TITLE] = "月度能耗报表",
		[W_PLACE] = "范围", [W_SPAN] = "时段",
		[W_OPEN] = "本月尚未结束：为截至目前的数据，不作为账单。",
		[W_CLOSED] = "本月已结束，数据已存档。",
		[W_COVERAGE] = "测量覆盖率", [W_MISSING] = "完全没有测量的机架",
		[W_TOTAL] = "合计", [W_ENERGY] = "电量，千瓦时", [W_RACKS] = "机架数",
		[W_VERIFIED] = "遥测已验证",
		[W_PEAK] = "最高功率，千瓦", [W_PUE] = "PUE", [W_SITES] = "按数据中心",
		[W_TENANTS] = "按租户", [W_RACK] = "机架", [W_TENANT] = "租户",
		[W_NO_TENANT] = "（无租户）", [W_SITE] = "数据中心", [W_METERED] = "电表计量",
		[W_UNKNOWN] = "未知", [W_NOT_MEASURED] = "未测量",
		[W_TOO_MANY] = "机架数超出打印页的适用范围：请选择数据中心或机房，或下载 CSV。",
		[W_RULE] = "电量取自电表读数；没有电表时取已测量时段内功率的积分；未测量的时段不作任何补算。",
		[W_DEMO] = "演示用的合成数据。", [W_MADE] = "数据时间",
	},
};

static const char STYLE[] =
    ":root{color-scheme:light}"
    "body{font:11pt/1.45 system-ui,'Noto Sans CJK SC','Microsoft YaHei',sans-serif;"
    "color:#111;background:#fff;max-width:180mm;margin:10mm auto;padding:0 4mm}"
    "h1{font-size:18pt;margin:0 0 2mm}h2{font-size:13pt;margin:8mm 0 2mm}"
    "p{margin:1mm 0}.note{color:#444;font-size:9.5pt}.open{font-weight:600}"
    "table{border-collapse:collapse;width:100%;font-size:9.5pt}"
    "th,td{border-bottom:.3mm solid #bbb;padding:.8mm 1.5mm;text-align:left;"
    "vertical-align:top}th{border-bottom:.5mm solid #333}"
    ".n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}"
    ".missing{font-style:italic}thead{display:table-header-group}"
    "tr{break-inside:avoid}h2{break-after:avoid}"
    "@page{size:A4;margin:14mm}@media print{body{margin:0;max-width:none;padding:0}}\n";

enum request_next
report_style(struct request *request)
{
	request->type = "text/css; charset=utf-8";
	buf_puts(&request->body, STYLE);
	return REQUEST_REPLY;
}

/* The page that is written: where to, and in which words. */
struct page { struct buf *out; const char *const *words; };

/* Text of any origin. */
static void
put_text(struct page *page, const char *text)
{
	for (; *text != '\0'; text++) {
		switch (*text) {
		case '<':
			buf_puts(page->out, "&lt;");
			break;
		case '>':
			buf_puts(page->out, "&gt;");
			break;
		case '&':
			buf_puts(page->out, "&amp;");
			break;
		case '"':
			buf_puts(page->out, "&quot;");
			break;
		default:
			buf_put(page->out, text, 1);
			break;
		}
	}
}

/* A number with its thousands apart, and the digits asked for behind the point. */
static void
put_number(struct page *page, double value, int digits)
{
	char text[64];
	size_t len = str_format(text, sizeof(text), "%.*f", digits, value);
	size_t whole = strcspn(text, "."), sign = text[0] == '-';

	for (size_t i = 0; i < len; i++) {
		if (i > sign && i < whole && (whole - i) % 3 == 0) {
			buf_puts(page->out, ",");
		}
		buf_put(page->out, &text[i], 1);
	}
}

static void
put_head(struct page *page, enum word first, const enum word *rest)
{
	buf_puts(page->out, "<table><thead><tr><th>");
	buf_puts(page->out, page->words[first]);
	for (; *rest != W_N; rest++) {
		buf_printf(page->out, "<th%s>%s", *rest == W_TENANT || *rest == W_SITE ? "" :
		    " class=\"n\"", page->words[*rest]);
	}
	buf_puts(page->out, "<tbody>\n");
}

static void
put_kwh(struct page *page, bool known, double energy_wh)
{
	if (known) {
		buf_puts(page->out, "<td class=\"n\">");
		put_number(page, energy_wh / 1000, 1);
	} else {
		buf_printf(page->out, "<td class=\"n missing\">%s",
		    page->words[W_NOT_MEASURED]);
	}
}

/* A share as percent; never 100 when something is missing. */
static void
put_share(struct page *page, double part, double whole)
{
	double percent = whole > 0 ? 100 * part / whole : 0;

	buf_puts(page->out, "<td class=\"n\">");
	if (!(whole > 0)) {
		buf_puts(page->out, page->words[W_UNKNOWN]);
		return;
	}
	percent = percent < 100 && percent > 99.9 ? 99.9 : percent > 100 ? 100 : percent;
	/* nor 0 when something was measured */
	if (percent > 0 && percent < 0.1) {
		buf_puts(page->out, "&lt; 0.1 %");
	} else {
		buf_printf(page->out, "%.1f %%", percent);
	}
}

static void
put_sums(struct page *page, enum word title, const struct energy_sum *sums, size_t n)
{
	static const enum word columns[] = { W_ENERGY, W_COVERAGE, W_RACKS, W_MISSING, W_N };

	buf_printf(page->out, "<h2>%s</h2>\n", page->words[title]);
	put_head(page, title == W_SITES ? W_SITE : W_TENANT, columns);
	for (size_t i = 0; i < n; i++) {
		buf_puts(page->out, "<tr><td>");
		put_text(page, sums[i].id[0] != '\0' ? sums[i].id :
		    page->words[title == W_SITES ? W_UNKNOWN : W_NO_TENANT]);
		put_kwh(page, sums[i].known_s > 0, sums[i].energy_wh);
		put_share(page, sums[i].known_s, sums[i].span_s);
		buf_printf(page->out, "<td class=\"n\">%lld<td class=\"n\">%lld\n",
		    (long long)sums[i].n_racks, (long long)sums[i].n_missing);
	}
	buf_puts(page->out, "</table>\n");
}

static void
put_rows(struct page *page, const struct report *report)
{
	static const enum word columns[] = { W_TENANT, W_SITE, W_ENERGY, W_COVERAGE, W_METERED,
		W_PEAK, W_N };

	buf_printf(page->out, "<h2>%s</h2>\n", page->words[W_RACKS]);
	if (report->more) {
		buf_printf(page->out, "<p>%s\n", page->words[W_TOO_MANY]);
		return;
	}
	put_head(page, W_RACK, columns);
	for (size_t i = 0; i < report->n_rows; i++) {
		const struct energy_row *row = &report->rows[i];
		const struct energy_used *used = &row->used;

		buf_puts(page->out, "<tr><td>");
		put_text(page, row->rack);
		buf_puts(page->out, "<td>");
		put_text(page, row->tenant[0] != '\0' ? row->tenant :
		    page->words[W_NO_TENANT]);
		buf_puts(page->out, "<td>");
		put_text(page, row->site);
		put_kwh(page, used->known_s > 0, used->energy_wh);
		put_share(page, used->known_s, (double)(used->to_s - used->from_s));
		put_share(page, used->metered_s, used->known_s);
		buf_puts(page->out, "<td class=\"n\">");
		if (used->has_peak) {
			put_number(page, used->peak_w / 1000, 2);
		} else {
			buf_puts(page->out, page->words[W_UNKNOWN]);
		}
		buf_puts(page->out, "\n");
	}
	buf_puts(page->out, "</table>\n");
}

static void
put_totals(struct page *page, const struct report *report)
{
	buf_printf(page->out, "<h2>%s</h2>\n<table><tbody>\n<tr><th>%s",
	    page->words[W_TOTAL], page->words[W_ENERGY]);
	put_kwh(page, report->total.known_s > 0, report->total.energy_wh);
	buf_printf(page->out, "<tr><th>%s", page->words[W_COVERAGE]);
	put_share(page, report->total.known_s, report->total.span_s);
	buf_printf(page->out, "<tr><th>%s<td class=\"n\">", page->words[W_RACKS]);
	put_number(page, (double)report->total.n_racks, 0);
	buf_printf(page->out, "<tr><th>%s<td class=\"n\">", page->words[W_MISSING]);
	put_number(page, (double)report->total.n_missing, 0);
	buf_printf(page->out, "<tr><th>%s<td class=\"n\">", page->words[W_VERIFIED]);
	if (report->has_verified) {
		put_number(page, (double)report->verified, 0);
	} else {
		buf_puts(page->out, page->words[W_UNKNOWN]);
	}
	buf_printf(page->out, "<tr><th>%s<td class=\"n\">", page->words[W_PEAK]);
	if (report->has_peak) {
		put_number(page, report->peak_w / 1000, 1);
	} else {
		buf_puts(page->out, page->words[W_UNKNOWN]);
	}
	if (report->pue.asked) {
		buf_printf(page->out, "<tr><th>%s<td class=\"n\">", page->words[W_PUE]);
		if (report->pue.pue.kind != PUE_UNKNOWN) {
			buf_printf(page->out, "%.2f (%s)", report->pue.pue.value,
			    pue_kind_text(report->pue.pue.kind));
		} else {
			buf_puts(page->out, page->words[W_UNKNOWN]);
		}
	}
	buf_puts(page->out, "\n</table>\n");
}

/* A time in the province's zone, to the minute. */
static void
put_time(struct page *page, const char *zone, int64_t at_s)
{
	struct wall at = { at_s * NS_PER_S };
	char text[CLOCK_RFC3339_SIZE];

	at.ns += clock_zone_offset(zone, at) * NS_PER_S;
	clock_rfc3339(at, text);
	text[10] = ' ';
	text[16] = '\0';
	buf_puts(page->out, text);
}

void
report_html(struct request *request, const struct report *report)
{
	const char *lang = request_value(request, "lang");
	bool zh = lang != NULL && strcmp(lang, "zh") == 0;
	struct page page = { &request->body, WORDS[zh] };
	const struct settings *settings = &request->view->config->settings;
	char month[ACCOUNT_MONTH_SIZE];

	account_month_text(report->month, month);
	buf_printf(page.out, "<!doctype html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\">"
	    "<meta name=\"viewport\" content=\"width=device-width\">"
	    "<title>%s %s</title><link rel=\"stylesheet\" href=\"/report.css\"></head><body>\n"
	    "<h1>%s %s</h1>\n", page.words[W_LANG], page.words[W_TITLE], month,
	    page.words[W_TITLE], month);
	if (settings->demo) {
		buf_printf(page.out, "<p class=\"open\">%s\n", page.words[W_DEMO]);
	}
	buf_printf(page.out, "<p>%s: %s:", page.words[W_PLACE],
	    entity_kind_text(report->kind));
	put_text(&page, report->place);
	buf_printf(page.out, "\n<p>%s: ", page.words[W_SPAN]);
	put_time(&page, report->zone, report->from_s);
	buf_puts(page.out, " – ");
	put_time(&page, report->zone, report->to_s);
	buf_puts(page.out, " ");
	put_text(&page, report->zone);
	buf_printf(page.out, "\n<p class=\"%s\">%s\n", report->closed ? "note" : "open",
	    page.words[report->closed ? W_CLOSED : W_OPEN]);
	put_totals(&page, report);
	put_sums(&page, W_SITES, report->sites, report->n_sites);
	put_sums(&page, W_TENANTS, report->tenants, report->n_tenants);
	put_rows(&page, report);
	buf_printf(page.out, "<p class=\"note\">%s\n<p class=\"note\">%s: ",
	    page.words[W_RULE], page.words[W_MADE]);
	put_time(&page, report->zone, request->as_of.ns / NS_PER_S);
	buf_puts(page.out, "\n</body></html>\n");
}
