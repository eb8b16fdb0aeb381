// Command interop opens and writes sessions with the libraries themselves, without any network, and says on standard
// output as JSON what they made of them: `interop read|write gotd|telethon|tdata|gogram-string|gogram-file PATH`.
package main

import (
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
)

var readers = map[string]func(string) (report, error){
	"gotd":          readGotd,
	"telethon":      readTelethon,
	"tdata":         readTdata,
	"gogram-string": readGogramString,
	"gogram-file":   readGogramFile,
}

var writers = map[string]func(string) (report, error){
	"gotd":        writeGotd,
	"gogram-file": writeGogramFile,
}

func main() {
	if len(os.Args) != 4 {
		fail("usage: interop read|write KIND PATH")
	}
	table := readers
	if os.Args[1] == "write" {
		table = writers
	}
	run, ok := table[os.Args[2]]
	if !ok {
		fail("there is no such kind")
	}
	result, err := run(os.Args[3])
	if err != nil {
		fail(err.Error())
	}
	if err := json.NewEncoder(os.Stdout).Encode(result); err != nil {
		fail(err.Error())
	}
}

func keyIDOf(key []byte) string {
	sum := sha1.Sum(key)
	return hex.EncodeToString(sum[12:20])
}

func fail(message string) {
	fmt.Fprintln(os.Stderr, message)
	os.Exit(1)
}
