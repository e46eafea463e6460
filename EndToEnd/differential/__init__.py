"""The embedded API server held against a real kube-apiserver, request by request."""
