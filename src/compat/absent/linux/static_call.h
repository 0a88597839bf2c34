/* SPDX-License-Identifier: GPL-2.0-only */
/* 5.10: static calls. Before, there is no IBT either, and a pointer does. */
#ifndef RCG_ABSENT_STATIC_CALL_H
#define RCG_ABSENT_STATIC_CALL_H

#define DEFINE_STATIC_CALL_NULL(name, function)	static typeof(&function) name
#define static_call(name)			(name)
#define static_call_update(name, function)	((name) = (function))

#endif /* RCG_ABSENT_STATIC_CALL_H */
