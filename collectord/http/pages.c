/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See pages.h. */
#include <config.h>

#include "http/pages.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/log.h"
#include "base/stats.h"
#include "base/str.h"
#include "http/api.h"
#include "http/problem.h"
#include "http/reply.h"
#include "http/server.h"

#define FILES_MAX 256
#define FILE_SIZE_MAX (16 << 20)
#define INDEX "/index.html"
#define ASSETS "/assets/"

struct page_file {
	char path[256];          /* as in a URL */
	char *data;
	size_t size;
	char etag[24];
};

struct pages {
	size_t n_files;
	struct page_file files[FILES_MAX];
	char missing[1024];      /* the text when there is no index.html */
};

static const struct { const char *suffix, *type; } types[] = {
	{".html", "text/html; charset=utf-8"},
	{".js", "text/javascript; charset=utf-8"},
	{".css", "text/css; charset=utf-8"},
	{".svg", "image/svg+xml"},
	{".png", "image/png"},
	{".ico", "image/x-icon"},
	{".json", "application/json"},
	{".webmanifest", "application/manifest+json"},
	{".map", "application/json"},
	{".woff2", "font/woff2"},
	{".txt", "text/plain; charset=utf-8"},
};

static bool
ends_with(const char *text, const char *suffix)
{
	size_t n = strlen(text), m = strlen(suffix);

	return n >= m && strcmp(text + n - m, suffix) == 0;
}

const char *
pages_type(const char *path)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (ends_with(path, types[i].suffix)) {
			return types[i].type;
		}
	}
	return "application/octet-stream";
}

/* Reads one regular file whole; returns false and leaves file alone else. */
static bool
read_file(int dir, const char *name, struct page_file *file)
{
	int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	struct stat st;
	size_t got = 0;
	char *data = NULL;

	if (fd < 0) {
		return false;
	}
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size <= FILE_SIZE_MAX) {
		data = malloc((size_t)st.st_size + 1);
	}
	while (data != NULL && got < (size_t)st.st_size) {
		ssize_t n = read(fd, data + got, (size_t)st.st_size - got);

		if (n <= 0) {
			free(data);
			data = NULL;
			break;
		}
		got += (size_t)n;
	}
	(void)close(fd);
	if (data == NULL) {
		return false;
	}
	file->data = data;
	file->size = got;
	(void)str_format(file->etag, sizeof(file->etag), "\"%016llx\"",
	    (unsigned long long)hash64(data, got));
	return true;
}

/* Takes the files of one folder; those with a leading dot are left out. */
static void
read_folder(struct pages *pages, const char *folder, const char *prefix)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;

	if (dir == NULL) {
		return;
	}
	while ((entry = readdir(dir)) != NULL && pages->n_files < FILES_MAX) {
		struct page_file *file = &pages->files[pages->n_files];

		if (entry->d_name[0] != '.' &&
		    str_format(file->path, sizeof(file->path), "%s%s", prefix,
		    entry->d_name) < sizeof(file->path) &&
		    read_file(dirfd(dir), entry->d_name, file)) {
			pages->n_files++;
		}
	}
	(void)closedir(dir);
}

static const struct page_file *
find(const struct pages *pages, const char *path)
{
	for (size_t i = 0; i < pages->n_files; i++) {
		if (strcmp(pages->files[i].path, path) == 0) {
			return &pages->files[i];
		}
	}
	return NULL;
}

struct pages *
pages_new(const char *web_dir)
{
	struct pages *pages = calloc(1, sizeof(*pages));
	char assets[4096];

	if (pages == NULL) {
		return NULL;
	}
	if (web_dir != NULL) {
		read_folder(pages, web_dir, "/");
		(void)str_format(assets, sizeof(assets), "%s%s", web_dir, ASSETS);
		read_folder(pages, assets, ASSETS);
	}
	if (find(pages, INDEX) == NULL) {
		LOG_WARN("http", "web", web_dir, "no index.html: the API works, pages do not");
	}
	(void)str_copy(pages->missing, sizeof(pages->missing),
	    "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
	    "<title>collectord</title></head><body>\n<h1>collectord is running</h1>\n"
	    "<p>The dashboards are not installed where the configuration says "
	    "(http: web). Install the web bundle, or set that folder, and start "
	    "again.</p>\n<p>The API works: <a href=\"/api/v1/capacity\">capacity</a>, "
	    "<a href=\"/api/v1/openapi.json\">its description</a>.</p>\n</body></html>\n");
	return pages;
}

void
pages_free(struct pages *pages)
{
	if (pages == NULL) {
		return;
	}
	for (size_t i = 0; i < pages->n_files; i++) {
		free(pages->files[i].data);
	}
	free(pages);
}

bool
pages_has(const struct pages *pages, const char *path)
{
	return find(pages, path) != NULL;
}

/* Sends a file, its ".gz" twin where the client takes it. */
static enum request_next
send_file(struct request *request, const struct page_file *file, const char *cache)
{
	char gz[sizeof(file->path) + 4];
	const struct page_file *packed;
	const char *wants = reply_header(request, "If-None-Match");
	struct MHD_Response *response;
	bool same = wants != NULL && reply_matches(wants, file->etag);
	enum MHD_Result result;

	(void)str_format(gz, sizeof(gz), "%s.gz", file->path);
	packed = reply_takes_gzip(reply_header(request, "Accept-Encoding")) ?
	    find(request->http->pages, gz) : NULL;
	response = same ?
	    MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT) :
	    MHD_create_response_from_buffer(packed != NULL ? packed->size : file->size,
	    packed != NULL ? packed->data : file->data, MHD_RESPMEM_PERSISTENT);
	if (response == NULL) {
		return REQUEST_BROKEN;
	}
	reply_secure(response);
	(void)MHD_add_response_header(response, "Content-Type", pages_type(file->path));
	(void)MHD_add_response_header(response, "Cache-Control", cache);
	(void)MHD_add_response_header(response, "Vary", "Accept-Encoding");
	(void)MHD_add_response_header(response, "ETag", file->etag);
	if (packed != NULL && !same) {
		(void)MHD_add_response_header(response, "Content-Encoding", "gzip");
	}
	stats_add(STATS_HTTP_REQUESTS, 1);
	result = MHD_queue_response(request->connection,
	    same ? MHD_HTTP_NOT_MODIFIED : MHD_HTTP_OK, response);
	MHD_destroy_response(response);
	return result == MHD_YES ? REQUEST_SENT : REQUEST_BROKEN;
}

enum request_next
pages_index(struct request *request)
{
	const struct page_file *file = find(request->http->pages, INDEX);

	if (file == NULL) {
		request->type = "text/html; charset=utf-8";
		buf_puts(&request->body, request->http->pages->missing);
		return REQUEST_REPLY;
	}
	return send_file(request, file, "no-cache");
}

enum request_next
pages_asset(struct request *request)
{
	const struct page_file *file = find(request->http->pages, request->path);

	if (file == NULL) {
		return problem_reply(request, 404, "not_found",
		    (struct problem_param){"path", request->path}, "nothing is here");
	}
	/* names under assets/ carry a hash of their content */
	return send_file(request, file, str_starts(request->path, ASSETS) ?
	    "public, max-age=31536000, immutable" : "no-cache");
}
