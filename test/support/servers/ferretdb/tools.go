//go:build tools

// Package ferretdb keeps the server for tests in go.mod: it is built, never imported.
package ferretdb

import _ "github.com/FerretDB/FerretDB/cmd/ferretdb"
