/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "alert/episodes.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/log.h"
#include "base/str.h"

uint64_t
episodes_fingerprint(const char *rule, const char *entity, const char *instance)
{
	char text[64 + ALERT_ENTITY_SIZE + ALERT_INSTANCE_SIZE + 4];

	(void)str_format(text, sizeof(text), "%s\n%s\n%s", rule, entity, instance);
	return hash64_text(text);
}

void
episodes_init(struct episodes *episodes, int64_t next_id, struct outbox *outbox)
{
	memset(episodes, 0, sizeof(*episodes));
	episodes->next_id = next_id > 0 ? next_id : 1;
	episodes->outbox = outbox;
}

void
episodes_done(struct episodes *episodes)
{
	struct episode *episode, *next;

	HASH_ITER(hh, episodes->open, episode, next) {
		HASH_DEL(episodes->open, episode);
		free(episode);
	}
}

bool
episodes_have_room(const struct episodes *episodes)
{
	return HASH_COUNT(episodes->open) < EPISODES_MAX &&
	    !outbox_is_full(episodes->outbox);
}

struct episode *
episodes_load(struct episodes *episodes, const struct alert *alert)
{
	struct episode *episode = calloc(1, sizeof(*episode));

	if (episode == NULL) {
		return NULL;
	}
	episode->alert = *alert;
	episode->rule = UINT32_MAX;
	memset(&episode->where, 0xff, sizeof(episode->where));
	HASH_ADD(hh, episodes->open, alert.id, sizeof(episode->alert.id), episode);
	if (alert->id >= episodes->next_id) {
		episodes->next_id = alert->id + 1;
	}
	episodes->n_changes++;
	return episode;
}

struct episode *
episodes_begin(struct episodes *episodes, const struct alert *alert)
{
	struct alert begun = *alert;
	struct episode *episode;

	begun.id = episodes->next_id;
	begun.fingerprint = episodes_fingerprint(begun.rule, begun.entity, begun.instance);
	begun.state = ALERT_FIRING;
	episode = episodes_load(episodes, &begun);
	if (episode != NULL) {
		outbox_put(episodes->outbox, CHANGE_FIRED, begun.changed, &episode->alert);
		LOG_INFO("alert", "entity", begun.entity, "fires: %s%s%s: %s", begun.rule,
		    begun.instance[0] != '\0' ? " " : "", begun.instance,
		    begun.summary_en);
	}
	return episode;
}

struct episode *
episodes_find(const struct episodes *episodes, int64_t id)
{
	struct episode *episode;

	HASH_FIND(hh, episodes->open, &id, sizeof(id), episode);
	return episode;
}

void
episodes_change(struct episodes *episodes, struct episode *episode,
    enum alert_change_kind kind, struct wall at)
{
	episode->alert.changed = at;
	episodes->n_changes++;
	outbox_put(episodes->outbox, kind, at, &episode->alert);
}

void
episodes_end(struct episodes *episodes, struct episode *episode, enum alert_end end,
    struct wall at)
{
	struct alert *alert = &episode->alert;

	alert->state = ALERT_RESOLVED;
	alert->end = end;
	alert->resolved = at;
	alert->flapping = false;
	episodes_change(episodes, episode, CHANGE_RESOLVED, at);
	LOG_INFO("alert", "entity", alert->entity, "resolved: %s%s%s (%s)", alert->rule,
	    alert->instance[0] != '\0' ? " " : "", alert->instance, alert_end_text(end));
	HASH_DEL(episodes->open, episode);
	free(episode);
}
