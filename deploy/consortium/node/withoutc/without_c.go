//go:build !cgo

// Package secp256k1 stands in for two functions that the node's source calls and that exist only
// where a C compiler is at hand. They serve one kind of transaction, a Cosmos transaction signed as
// legacy EIP-712 data, which no member of a consortium sends: it is refused. Ethereum transactions
// are checked elsewhere, without C.
package secp256k1

import "errors"

var errNotSupported = errors.New("legacy EIP-712 Cosmos transactions are not supported")

// RecoverPubkey refuses to name a signer.
func RecoverPubkey(_ []byte, _ []byte) ([]byte, error) {
	return nil, errNotSupported
}

// VerifySignature says that no signature is valid.
func VerifySignature(_, _, _ []byte) bool {
	return false
}
