// SPDX-License-Identifier: Apache-2.0
// The source that headers are precompiled for, in builds where tests share them. It has nothing of its own.
