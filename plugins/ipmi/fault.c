/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fault.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <collectord/err.h>

#include "rakp.h"

static const char *const stage_names[STAGE_N] = {
    [STAGE_IDLE] = "nothing", [STAGE_PING] = "presence ping",
    [STAGE_CAPS] = "Get Channel Authentication Capabilities",
    [STAGE_OPEN] = "Open Session", [STAGE_RAKP_1] = "RAKP 1",
    [STAGE_RAKP_3] = "RAKP 3",
    [STAGE_PRIVILEGE] = "Set Session Privilege Level",
    [STAGE_READY] = "a command", [STAGE_CLOSING] = "Close Session",
};

/* Source: IPMI v2.0 table 6-1 (privilege levels). */
static const char *
privilege_name(uint8_t privilege)
{
	static const char *const names[] = {"none", "callback", "user",
	    "operator", "administrator"};

	return privilege < sizeof(names) / sizeof(names[0]) ?
	    names[privilege] : "unknown";
}

int
fault_result(const struct fault *fault)
{
	switch ((enum fault_code)fault->code) {
	case FAULT_NONE:
		return COL_OK;
	case FAULT_SILENT:
	case FAULT_LATE:
		return COL_ETIMEOUT;
	case FAULT_UNSENT:
	case FAULT_NO_ADDRESS:
		return COL_EIO;
	case FAULT_CROWDED:
		return COL_EFULL;
	case FAULT_STATUS:
		if (fault->status == RAKP_NO_ROOM ||
		    fault->status == RAKP_NO_ROOM_FOR_ROLE) {
			return COL_EBUSY;
		}
		return fault->status == RAKP_BAD_SESSION ||
		    fault->status == RAKP_INACTIVE_SESSION ? COL_EPROTO :
		    COL_EAUTH;
	case FAULT_COMPLETION:
		return fault->stage == STAGE_PRIVILEGE ? COL_EAUTH :
		    COL_EPROTO;
	case FAULT_OTHER_SUITE:
	case FAULT_PASSWORD:
	case FAULT_CHECK_VALUE:
	case FAULT_NO_ACCOUNT:
		return COL_EAUTH;
	case FAULT_NO_RMCPP:
	case FAULT_SHAPE:
	case FAULT_CHECKSUM:
	case FAULT_UNSIGNED:
	case FAULT_FORGED:
	case FAULT_ID_ZERO:
		return COL_EPROTO;
	case FAULT_CRYPTO:
	case FAULT_CODE_N:
		break;
	}
	return COL_ENOTSUP;
}

/* "17, 3" of the bits. */
static const char *
suites_text(uint8_t suites, char *text, size_t size)
{
	int n = 0;

	text[0] = '\0';
	for (int i = 0; i < SEAL_SUITE_N; i++) {
		if ((suites & 1u << i) != 0 && (size_t)n < size) {
			n += snprintf(text + n, size - (size_t)n, "%s%u",
			    n > 0 ? " and " : "", seal_facts(i)->id);
		}
	}
	return text;
}

/* What to do about a status that the BMC gave. */
static void
say_status(const struct fault *fault, const struct fault_about *about,
    char *text, size_t size)
{
	char suites[32];

	switch (fault->status) {
	case RAKP_NO_ROOM:
	case RAKP_NO_ROOM_FOR_ROLE:
		(void)snprintf(text, size, "the BMC has no room for another"
		    " session: close other tools' sessions, or wait until they"
		    " expire");
		break;
	case RAKP_NAME_REFUSED:
	case RAKP_BAD_NAME_LENGTH:
		(void)snprintf(text, size, "wrong user: '%s' (credential %s) is"
		    " unknown to the BMC, disabled, or not allowed on this"
		    " channel; if it can log in, quirk intel20 may help",
		    about->user, about->account);
		break;
	case RAKP_BAD_ROLE:
	case RAKP_ROLE_REFUSED:
		(void)snprintf(text, size, "privilege refused: '%s' (credential"
		    " %s) may not have '%s' here: raise the user's limit on the"
		    " BMC's LAN channel or set 'privilege' lower", about->user,
		    about->account, privilege_name(about->privilege));
		break;
	case RAKP_BAD_AUTHENTICATION:
	case RAKP_BAD_INTEGRITY:
	case RAKP_NO_AUTHENTICATION:
	case RAKP_NO_INTEGRITY:
	case RAKP_BAD_CONFIDENTIALITY:
	case RAKP_NO_SUITE:
		(void)snprintf(text, size, "cipher suite refused: the BMC takes"
		    " no suite %s: enable one of them there, or set"
		    " 'cipher_suite'", suites_text(fault->suites, suites,
		    sizeof(suites)));
		break;
	case RAKP_BAD_CHECK_VALUE:
		(void)snprintf(text, size, "wrong password for '%s' (credential"
		    " %s): the BMC refuses what was hashed with it",
		    about->user, about->account);
		break;
	default:
		(void)snprintf(text, size, "the BMC refuses the session");
		break;
	}
}

/* What to do about an answer whose length or layout is wrong. */
static const char *
shape_remedy(const struct fault *fault)
{
	switch (fault->stage) {
	case STAGE_RAKP_1:
		return "; quirk supermicro20 or sun20 takes one byte too many";
	case STAGE_RAKP_3:
		return "; quirk supermicro20 takes one byte too many, quirk"
		    " integritycheckvalue does not look at it";
	case STAGE_CAPS:
		return "; quirk authcap goes on without this answer";
	default:
		return "";
	}
}

static void
say_checks(const struct fault *fault, const struct fault_about *about,
    char *text, size_t size)
{
	switch ((enum fault_code)fault->code) {
	case FAULT_PASSWORD:
		(void)snprintf(text, size, "wrong password for '%s' (credential"
		    " %s): the key exchange code of RAKP 2 does not match; if"
		    " the password is right, quirk intel20 may help",
		    about->user, about->account);
		break;
	case FAULT_CHECK_VALUE:
		(void)snprintf(text, size, "the integrity check value of RAKP 4"
		    " is wrong: if the BMC has a K_g, give it as 'kg' of"
		    " credential %s; quirk integritycheckvalue goes on"
		    " without this check", about->account);
		break;
	case FAULT_CHECKSUM:
		(void)snprintf(text, size, "the checksum of the message is wrong;"
		    " quirk nochecksumcheck goes on without this check");
		break;
	case FAULT_UNSIGNED:
		(void)snprintf(text, size, "the answer is not signed or not"
		    " encrypted, although that was agreed");
		break;
	case FAULT_FORGED:
		(void)snprintf(text, size, "the signature of the answer is"
		    " wrong: another sender, or a broken BMC; quirk"
		    " ignoreauthcode goes on without this check");
		break;
	case FAULT_ID_ZERO:
		(void)snprintf(text, size, "the answer carries session id 0"
		    " instead of ours; quirk idzero takes it");
		break;
	default:
		break;
	}
}

/* The rest of the codes. */
static void
say_plainly(const struct fault *fault, const struct fault_about *about,
    char *text, size_t size)
{
	switch ((enum fault_code)fault->code) {
	case FAULT_SILENT:
		(void)snprintf(text, size, "no answer");
		break;
	case FAULT_LATE:
		(void)snprintf(text, size, "its answers come too late: a longer"
		    " 'timeout' of credential %s or a longer interval gives it"
		    " time", about->account);
		break;
	case FAULT_UNSENT:
		(void)snprintf(text, size, "cannot send: %s",
		    strerror(fault->error));
		break;
	case FAULT_CROWDED:
		(void)snprintf(text, size, "the request waited too long to be"
		    " sent");
		break;
	case FAULT_STATUS:
		say_status(fault, about, text, size);
		break;
	case FAULT_COMPLETION:
		if (fault->stage == STAGE_PRIVILEGE) {
			(void)snprintf(text, size, "privilege refused: '%s'"
			    " (credential %s) may not have '%s': raise the"
			    " user's limit or set 'privilege' lower",
			    about->user, about->account,
			    privilege_name(about->privilege));
			break;
		}
		(void)snprintf(text, size, "the BMC refuses; quirk authcap goes"
		    " on without this answer");
		break;
	case FAULT_NO_RMCPP:
		(void)snprintf(text, size, "the BMC says that it has IPMI 1.5"
		    " only, which sends passwords in the clear and is not"
		    " spoken here; if it has 2.0, quirk authcap goes on");
		break;
	case FAULT_SHAPE:
		(void)snprintf(text, size, "the answer has a wrong length or"
		    " layout%s", shape_remedy(fault));
		break;
	case FAULT_OTHER_SUITE:
		(void)snprintf(text, size, "the BMC chose algorithms that were"
		    " not offered");
		break;
	case FAULT_NO_ACCOUNT:
		(void)snprintf(text, size, "no credential for IPMI is usable");
		break;
	case FAULT_NO_ADDRESS:
		(void)snprintf(text, size, "it has no address yet");
		break;
	case FAULT_CRYPTO:
		(void)snprintf(text, size, "OpenSSL failed");
		break;
	default:
		say_checks(fault, about, text, size);
		break;
	}
}

/* Where it happened, with the number that the BMC gave. */
static int
say_place(const struct fault *fault, char *text, size_t size)
{
	switch ((enum fault_code)fault->code) {
	case FAULT_STATUS:
		return snprintf(text, size, " (%s: status %02Xh, %s)",
		    stage_names[fault->stage], fault->status,
		    rakp_status_name(fault->status));
	case FAULT_COMPLETION:
		return snprintf(text, size, " (%s: completion code %02Xh)",
		    stage_names[fault->stage], fault->status);
	case FAULT_NO_ACCOUNT:
	case FAULT_NO_ADDRESS:
		return 0;
	default:
		return snprintf(text, size, " (%s)",
		    stage_names[fault->stage]);
	}
}

void
fault_text(const struct fault *fault, const struct fault_about *about,
    char *text, size_t size)
{
	size_t n;
	int more;

	text[0] = '\0';
	if (fault->code == FAULT_NONE) {
		return;
	}
	say_plainly(fault, about, text, size);
	n = strlen(text);
	more = say_place(fault, text + n, size - n);
	n += more > 0 ? (size_t)more : 0;
	if (about->hold_s > 0 && n < size) {
		(void)snprintf(text + n, size - n,
		    "; it is left alone for %" PRId64 " s", about->hold_s);
	}
}
