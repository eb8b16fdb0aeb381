package main

import (
	"encoding/hex"
	"os"
	"strings"

	"github.com/amarnathcjd/gogram"
)

// What a written session holds beside its key.
const (
	writtenAPIID = 94575
	writtenHost  = "149.154.167.91:443"
)

func describeGogram(client *gogram.MTProto) report {
	auth, dc := client.ExportAuth()
	r := report{KeyID: keyIDOf(auth.Key), DC: dc, Addr: auth.Hostname, Salt: auth.Salt, APIID: auth.AppID}
	if stored := hex.EncodeToString(auth.Hash); stored != r.KeyID {
		r.Extra = map[string]string{"corrupted": stored}
	}
	return r
}

func readGogramString(path string) (report, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return report{}, err
	}
	config := gogram.Config{StringSession: strings.TrimSpace(string(text)), MemorySession: true}
	client, err := gogram.NewMTProto(config)
	if err != nil {
		return report{}, err
	}
	return describeGogram(client), nil
}

func readGogramFile(path string) (report, error) {
	client, err := gogram.NewMTProto(gogram.Config{AuthKeyFile: path, AuthAESKey: os.Getenv(passcodeVariable)})
	if err != nil {
		return report{}, err
	}
	return describeGogram(client), nil
}

// writeGogramFile has the library save a session as it does after a login.
func writeGogramFile(path string) (report, error) {
	key, err := randomKey()
	if err != nil {
		return report{}, err
	}
	hash, err := hex.DecodeString(keyIDOf(key))
	if err != nil {
		return report{}, err
	}
	client, err := gogram.NewMTProto(gogram.Config{AuthKeyFile: path, AuthAESKey: os.Getenv(passcodeVariable)})
	if err != nil {
		return report{}, err
	}
	auth, _ := client.ExportAuth()
	auth.Key, auth.Hash, auth.Hostname, auth.AppID = key, hash, writtenHost, writtenAPIID
	if err := client.LoadSession(auth); err != nil {
		return report{}, err
	}
	return readGogramFile(path)
}
