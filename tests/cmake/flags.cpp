// SPDX-License-Identifier: BSL-1.0
// Exists so that CMake says what a program that links tandem is compiled with.
