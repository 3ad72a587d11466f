/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Notices and receivers for tests of the formats: a calm one, a hostile one and a
 * huge one; receivers made from YAML, with their secrets in files.
 *
 * Route: tests of alert, and tests/system/notices.c.  Thread: the test's.
 */
#ifndef TESTS_UNIT_FORMAT_KIT_H
#define TESTS_UNIT_FORMAT_KIT_H

#include "base/arena.h"
#include "model/notice.h"
#include "model/receiver.h"

#define KIT_NOW_S 1700000000    /* of the signatures' vectors */

/* Two firing, one resolved, of one group.  Free with notice_done. */
void format_kit_calm(struct notice *notice);
/* One whose texts try to be markup, mentions, links, and the end of JSON. */
void format_kit_hostile(struct notice *notice);
/* n alerts with the longest texts that fit, of that letter or byte pair. */
void format_kit_huge(struct notice *notice, size_t n, const char *letter);
/* The first alert alone. */
void format_kit_single(struct notice *notice);

/*
 * A receiver from "url: …, secret: {file: …}" (a YAML flow map without its braces);
 * files are looked for below folder.  Shape: lives as long as arena.
 */
struct receiver *format_kit_receiver(struct arena *arena, enum receiver_type type,
    const char *folder, const char *yaml);
/* The receiver of a type that the tests take, with secrets in folder (written). */
struct receiver *format_kit_usual(struct arena *arena, enum receiver_type type,
    const char *folder, const char *url);
/* Writes folder/name with mode 0600. */
void format_kit_file(const char *folder, const char *name, const char *text);

#endif
