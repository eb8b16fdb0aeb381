package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"os"
	"strings"

	"github.com/gotd/td/session"
	"github.com/gotd/td/session/tdesktop"
	"github.com/gotd/td/tg"
)

// passcodeVariable names the environment variable with the passcode of a tdata folder.
const passcodeVariable = "INTEROP_PASSCODE"

// report says what the library made of a session: never the key itself.
type report struct {
	KeyID     string            `json:"keyId"`
	DC        int               `json:"dc"`
	Addr      string            `json:"addr"`
	Salt      int64             `json:"salt,string"`
	TestMode  bool              `json:"testMode"`
	UserID    uint64            `json:"userId,string"`
	APIID     int32             `json:"apiId"`
	OtherKeys map[int]string    `json:"otherKeys,omitempty"`
	Options   []reportOption    `json:"options,omitempty"`
	Accounts  []report          `json:"accounts,omitempty"`
	Extra     map[string]string `json:"extra,omitempty"`
}

type reportOption struct {
	ID    int    `json:"id"`
	IP    string `json:"ip"`
	Port  int    `json:"port"`
	Flags uint32 `json:"flags"`
}

func describe(data *session.Data) report {
	r := report{
		KeyID:    hex.EncodeToString(data.AuthKeyID),
		DC:       data.DC,
		Addr:     data.Addr,
		Salt:     data.Salt,
		TestMode: data.Config.TestMode,
	}
	for _, o := range data.Config.DCOptions {
		r.Options = append(r.Options, reportOption{ID: o.ID, IP: o.IPAddress, Port: o.Port, Flags: uint32(o.Flags)})
	}
	// What the client compares before it connects.
	if own := keyIDOf(data.AuthKey); own != r.KeyID {
		r.Extra = map[string]string{"corrupted": own}
	}
	return r
}

func readGotd(path string) (report, error) {
	loader := session.Loader{Storage: &session.FileStorage{Path: path}}
	data, err := loader.Load(context.Background())
	if err != nil {
		return report{}, err
	}
	return describe(data), nil
}

func writeGotd(path string) (report, error) {
	key, err := randomKey()
	if err != nil {
		return report{}, err
	}
	id, err := hex.DecodeString(keyIDOf(key))
	if err != nil {
		return report{}, err
	}
	plain := tg.DCOption{ID: 4, IPAddress: "149.154.167.91", Port: 443}
	ipv6 := tg.DCOption{Ipv6: true, ID: 4, IPAddress: "2001:67c:4e8:f004::a", Port: 443}
	media := tg.DCOption{MediaOnly: true, ID: 4, IPAddress: "149.154.165.120", Port: 443}
	options := []tg.DCOption{plain, ipv6, media}
	for i := range options {
		options[i].SetFlags()
	}
	data := &session.Data{
		Config:    session.Config{Date: 1_700_000_000, Expires: 1_700_003_600, ThisDC: 4, DCOptions: options},
		DC:        4,
		AuthKey:   key,
		AuthKeyID: id,
		Salt:      -1161928703861587969,
	}
	loader := session.Loader{Storage: &session.FileStorage{Path: path}}
	if err := loader.Save(context.Background(), data); err != nil {
		return report{}, err
	}
	return describe(data), nil
}

func readTelethon(path string) (report, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return report{}, err
	}
	data, err := session.TelethonSession(strings.TrimSpace(string(text)))
	if err != nil {
		return report{}, err
	}
	return describe(data), nil
}

func readTdata(path string) (report, error) {
	accounts, err := tdesktop.Read(path, []byte(os.Getenv(passcodeVariable)))
	if err != nil {
		return report{}, err
	}
	var r report
	for _, account := range accounts {
		data, err := session.TDesktopSession(account)
		if err != nil {
			return report{}, err
		}
		one := describe(data)
		one.UserID = account.Authorization.UserID
		one.TestMode = account.Config.Environment.Test()
		one.OtherKeys = map[int]string{}
		for dc, key := range account.Authorization.Keys {
			one.OtherKeys[dc] = keyIDOf(key[:])
		}
		r.Accounts = append(r.Accounts, one)
	}
	return r, nil
}

func randomKey() ([]byte, error) {
	key := make([]byte, 256)
	_, err := rand.Read(key)
	return key, err
}
