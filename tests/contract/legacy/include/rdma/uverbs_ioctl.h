/* SPDX-License-Identifier: GPL-2.0-only */
/* Generation "legacy" has no such header: an #include must not find this kernel's. */
#error "rdma/uverbs_ioctl.h: not in this generation of ib_uverbs"
