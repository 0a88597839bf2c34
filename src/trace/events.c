// SPDX-License-Identifier: GPL-2.0-only
/*
 * The code and the data of the events, which the kernel's headers make of events.h. Without
 * CONFIG_TRACEPOINTS there is none.
 */
#define CREATE_TRACE_POINTS
#include "events.h"
