// SPDX-License-Identifier: Apache-2.0
// The source that the common headers of the tests are precompiled for. It has nothing of its own.
