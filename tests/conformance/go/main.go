// Command logjudge checks a log as its users would: with golang.org/x/mod's note and tlog alone.
//
// In: a document on standard input (see Case), or the address of a log with -url.
// Out: "ok" and exit code 0, or the first thing that does not hold and exit code 1.
package main

import (
	"encoding/base64"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Case is a signed checkpoint with proofs under it.
type Case struct {
	VKeys       []string      `json:"vkeys"`
	Checkpoint  string        `json:"checkpoint"`
	Inclusions  []Inclusion   `json:"inclusions"`
	Consistency []Consistency `json:"consistency"`
}

// Inclusion is the proof that an entry is in the log.
type Inclusion struct {
	Index int64    `json:"index"`
	Entry []byte   `json:"entry"`
	Path  [][]byte `json:"path"`
}

// Consistency is the proof that an older signed checkpoint is a part of the log.
type Consistency struct {
	Checkpoint string   `json:"checkpoint"`
	Path       [][]byte `json:"path"`
}

func main() {
	url := flag.String("url", "", "address of a log; without it a document is read from standard input")
	vkey := flag.String("vkey", "", "verifier key of the log at the address")
	flag.Parse()
	err := error(nil)
	if *url != "" {
		err = judgeServed(*url, *vkey)
	} else {
		err = judgeDocument(os.Stdin)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println("ok")
}

func judgeDocument(reader io.Reader) error {
	var given Case
	if err := json.NewDecoder(reader).Decode(&given); err != nil {
		return err
	}
	tree, err := openCheckpoint([]byte(given.Checkpoint), given.VKeys)
	if err != nil {
		return err
	}
	for _, each := range given.Inclusions {
		leaf := tlog.RecordHash(each.Entry)
		path, err := hashes(each.Path)
		if err != nil {
			return err
		}
		if err := tlog.CheckRecord(path, tree.N, tree.Hash, each.Index, leaf); err != nil {
			return fmt.Errorf("inclusion of %d: %w", each.Index, err)
		}
	}
	for _, each := range given.Consistency {
		older, err := openCheckpoint([]byte(each.Checkpoint), given.VKeys)
		if err != nil {
			return err
		}
		path, err := hashes(each.Path)
		if err != nil {
			return err
		}
		if err := tlog.CheckTree(path, tree.N, tree.Hash, older.N, older.Hash); err != nil {
			return fmt.Errorf("consistency with %d: %w", older.N, err)
		}
	}
	return nil
}

// openCheckpoint returns the tree that a note says, once all the keys' signatures hold.
func openCheckpoint(octets []byte, vkeys []string) (tlog.Tree, error) {
	var tree tlog.Tree
	verifiers := []note.Verifier{}
	for _, each := range vkeys {
		verifier, err := note.NewVerifier(each)
		if err != nil {
			return tree, fmt.Errorf("verifier key %q: %w", each, err)
		}
		verifiers = append(verifiers, verifier)
	}
	opened, err := note.Open(octets, note.VerifierList(verifiers...))
	if err != nil {
		return tree, fmt.Errorf("checkpoint: %w", err)
	}
	if len(opened.Sigs) == 0 {
		return tree, fmt.Errorf("checkpoint: no signature of a known key")
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 || lines[0] != opened.Sigs[0].Name {
		return tree, fmt.Errorf("checkpoint: not of the log that signed it")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tree, fmt.Errorf("checkpoint: %w", err)
	}
	root, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil || len(root) != tlog.HashSize {
		return tree, fmt.Errorf("checkpoint: malformed root")
	}
	tree.N = size
	copy(tree.Hash[:], root)
	return tree, nil
}

func hashes(octets [][]byte) ([]tlog.Hash, error) {
	found := make([]tlog.Hash, len(octets))
	for place, each := range octets {
		if len(each) != tlog.HashSize {
			return nil, fmt.Errorf("a hash has %d bytes", len(each))
		}
		copy(found[place][:], each)
	}
	return found, nil
}

// served reads the tiles of a log, as tlog.TileReader wants them.
type served struct{ url string }

func (s served) Height() int { return 8 }

func (s served) SaveTiles([]tlog.Tile, [][]byte) {}

func (s served) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	found := [][]byte{}
	for _, each := range tiles {
		// x/mod writes tile/8/<level>/..., C2SP leaves the height out.
		path := strings.Replace(each.Path(), "tile/8/", "tile/", 1)
		octets, err := fetch(s.url+"/"+path, "application/octet-stream")
		if err != nil {
			return nil, err
		}
		found = append(found, octets)
	}
	return found, nil
}

func fetch(url, mediaType string) ([]byte, error) {
	client := http.Client{Timeout: 30 * time.Second}
	answer, err := client.Get(url)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", url, answer.Status)
	}
	if found := answer.Header.Get("Content-Type"); found != mediaType {
		return nil, fmt.Errorf("%s: content type %q", url, found)
	}
	return io.ReadAll(answer.Body)
}

// judgeServed proves every 7th entry and every 5th older size of a served log from its tiles.
func judgeServed(url, vkey string) error {
	octets, err := fetch(url+"/checkpoint", "text/plain; charset=utf-8")
	if err != nil {
		return err
	}
	tree, err := openCheckpoint(octets, []string{vkey})
	if err != nil {
		return err
	}
	reader := tlog.TileHashReader(tree, served{url})
	for index := int64(0); index < tree.N; index += 7 {
		leaf, err := reader.ReadHashes([]int64{tlog.StoredHashIndex(0, index)})
		if err != nil {
			return err
		}
		proof, err := tlog.ProveRecord(tree.N, index, reader)
		if err != nil {
			return err
		}
		if err := tlog.CheckRecord(proof, tree.N, tree.Hash, index, leaf[0]); err != nil {
			return err
		}
	}
	for older := int64(1); older <= tree.N; older += 5 {
		if err := judgeConsistency(url, tree, older, reader); err != nil {
			return fmt.Errorf("consistency with %d: %w", older, err)
		}
	}
	return nil
}

// judgeConsistency compares the served proof with one made from the tiles.
func judgeConsistency(url string, tree tlog.Tree, older int64, reader tlog.HashReader) error {
	root, err := tlog.TreeHash(older, reader)
	if err != nil {
		return err
	}
	octets, err := fetch(fmt.Sprintf("%s/consistency?old=%d&new=%d", url, older, tree.N), "application/json")
	if err != nil {
		return err
	}
	var answer struct {
		Path [][]byte `json:"path"`
	}
	if err := json.Unmarshal(octets, &answer); err != nil {
		return err
	}
	path, err := hashes(answer.Path)
	if err != nil {
		return err
	}
	return tlog.CheckTree(path, tree.N, tree.Hash, older, root)
}
