// SPDX-License-Identifier: GPL-3.0-or-later

// An OCI registry that keeps everything in memory: registry ADDRESS. For tests that push a chart and install it from there.
package main

import (
	"io"
	"log"
	"net/http"
	"os"

	"github.com/google/go-containerregistry/pkg/registry"
)

func main() {
	quiet := registry.Logger(log.New(io.Discard, "", 0))
	log.Fatal(http.ListenAndServe(os.Args[1], registry.New(quiet)))
}
