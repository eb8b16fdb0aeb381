// Command gotd-server runs data centres by gotd's own test server, for the app to be tested against an implementation
// that shares no code with it or with the library it uses. It says on standard output as JSON where they listen and with
// which keys, and ends when its standard input does.
//
// The answer to users.getUsers comes ready-made by INTEROP_USERS (hexadecimal digits), since users differ between the
// layers of gotd and of the client.
package main

import (
	"context"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/mt"
	"github.com/gotd/td/tg"
	"github.com/gotd/td/tgerr"
	"github.com/gotd/td/tgtest"
	"github.com/gotd/td/tgtest/cluster"
)

// Data centres with a listener each.
var dcIDs = []int{2, 4}

type place struct {
	ID   int    `json:"id"`
	Host string `json:"host"`
	Port int    `json:"port"`
}

type report struct {
	DCs []place `json:"dcs"`
	// PKCS#1 PEM.
	Keys []string `json:"keys"`
}

type rawAnswer []byte

func (answer rawAnswer) Encode(b *bin.Buffer) error {
	b.Put(answer)
	return nil
}

// loggedOut knows the keys that ended their login, by key id.
type loggedOut struct {
	mutex sync.Mutex
	keys  map[[8]byte]bool
}

func (out *loggedOut) add(key [8]byte) {
	out.mutex.Lock()
	defer out.mutex.Unlock()
	out.keys[key] = true
}

func (out *loggedOut) has(key [8]byte) bool {
	out.mutex.Lock()
	defer out.mutex.Unlock()
	return out.keys[key]
}

// guarded refuses keys without a login before it asks next.
func (out *loggedOut) guarded(next tgtest.HandlerFunc) tgtest.HandlerFunc {
	return func(server *tgtest.Server, req *tgtest.Request) error {
		if out.has(req.Session.AuthKey.ID) {
			return tgerr.New(401, "AUTH_KEY_UNREGISTERED")
		}
		return next(server, req)
	}
}

func newCluster(users rawAnswer) *cluster.Cluster {
	out := &loggedOut{keys: map[[8]byte]bool{}}
	all := cluster.NewCluster(cluster.Options{})
	for _, id := range dcIDs {
		all.Dispatch(id, fmt.Sprintf("dc%d", id))
	}
	methods := all.Common()
	methods.Handle(tg.UsersGetUsersRequestTypeID, out.guarded(func(server *tgtest.Server, req *tgtest.Request) error {
		return server.SendResult(req, users)
	}))
	methods.Handle(tg.AuthLogOutRequestTypeID, out.guarded(func(server *tgtest.Server, req *tgtest.Request) error {
		out.add(req.Session.AuthKey.ID)
		return server.SendResult(req, &tg.AuthLoggedOut{})
	}))
	methods.Handle(tg.AccountGetAuthorizationsRequestTypeID, out.guarded(func(server *tgtest.Server, req *tgtest.Request) error {
		return server.SendResult(req, devices())
	}))
	// The server leaves acknowledgements to its handlers, which owe no answer.
	methods.HandleFunc(mt.MsgsAckTypeID, func(*tgtest.Server, *tgtest.Request) error { return nil })
	return all
}

func devices() *tg.AccountAuthorizations {
	now := int(time.Now().Unix())
	return &tg.AccountAuthorizations{
		AuthorizationTTLDays: 180,
		Authorizations: []tg.Authorization{
			{Current: true, DeviceModel: "This one", APIID: 1, AppName: "Deck", DateCreated: now - 864000, DateActive: now},
			{Hash: 77, DeviceModel: "Gopher", APIID: 2, AppName: "Burrow", DateCreated: now - 432000, DateActive: now - 60},
		},
	}
}

// usable says whether clients find all keys: some drop zeros in front of a fingerprint, and one key in sixteen has one.
func usable(all *cluster.Cluster) bool {
	for _, key := range all.Keys() {
		if uint64(key.Fingerprint())>>60 == 0 {
			return false
		}
	}
	return true
}

func describe(all *cluster.Cluster) report {
	said := report{}
	for _, option := range all.List().Options {
		said.DCs = append(said.DCs, place{ID: option.ID, Host: option.IPAddress, Port: option.Port})
	}
	for _, key := range all.Keys() {
		block := &pem.Block{Type: "RSA PUBLIC KEY", Bytes: x509.MarshalPKCS1PublicKey(key.RSA)}
		said.Keys = append(said.Keys, string(pem.EncodeToMemory(block)))
	}
	return said
}

func run() error {
	users, err := hex.DecodeString(os.Getenv("INTEROP_USERS"))
	if err != nil {
		return err
	}
	all := newCluster(users)
	for !usable(all) {
		all = newCluster(users)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- all.Up(ctx) }()
	select {
	case err := <-done:
		return err
	case <-all.Ready():
	}
	if err := json.NewEncoder(os.Stdout).Encode(describe(all)); err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
