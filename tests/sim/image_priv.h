#ifndef SIM_IMAGE_PRIV_H
#define SIM_IMAGE_PRIV_H

#include "image.h"

struct image_node {
	bool			 dir;
	const char		*name;		/* that it was given first */
	struct content		 content;	/* on the disk */
	const struct trace_op	**waiting;	/* not yet, in order */
	size_t			 waiting_n;
	enum fate		 fate;
};

struct image_name {
	uint32_t	 dir;
	uint32_t	 node;
	const char	*name;		/* the trace's */
};

struct image {
	const struct trace	*trace;
	size_t			 at;		/* operations that happened */
	struct image_node	*nodes;
	size_t			 nodes_n;
	struct image_name	*names;
	size_t			 names_n;
	const struct trace_op	**waiting;	/* names, in order */
	size_t			 waiting_n;
};

#endif
