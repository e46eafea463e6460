// A load generator for Kubernetes API servers: raw HTTP/1.1 over TCP or TLS, so that it costs less than what it measures.
//
//	apiload -url URL [-token T] create -kind configmaps|pods -connections C -count N [-prefix P]
//	apiload -url URL [-token T] watch -watchers W -connections C -count N [-prefix P]
//
// Prints one JSON object: what was measured, and the processor seconds that the generator itself used.
package main

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/url"
	"os"
	"sort"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

var (
	server = flag.String("url", "", "the API server")
	token  = flag.String("token", "", "a bearer token")
)

type connection struct {
	net.Conn
	reader *bufio.Reader
}

func dial() *connection {
	address, err := url.Parse(*server)
	if err != nil {
		log.Fatal(err)
	}
	raw, err := net.Dial("tcp", address.Host)
	if err != nil {
		log.Fatal(err)
	}
	if address.Scheme == "https" {
		// The server's own certificate; what is measured does not depend on who signed it.
		raw = tls.Client(raw, &tls.Config{InsecureSkipVerify: true, NextProtos: []string{"http/1.1"}})
	}
	return &connection{raw, bufio.NewReaderSize(raw, 64<<10)}
}

func (c *connection) send(method, path string, body []byte) {
	var request bytes.Buffer
	fmt.Fprintf(&request, "%s %s HTTP/1.1\r\nHost: api\r\nAccept: application/json\r\n", method, path)
	if *token != "" {
		fmt.Fprintf(&request, "Authorization: Bearer %s\r\n", *token)
	}
	if body != nil {
		fmt.Fprintf(&request, "Content-Type: application/json\r\nContent-Length: %d\r\n", len(body))
	}
	request.WriteString("\r\n")
	request.Write(body)
	if _, err := c.Write(request.Bytes()); err != nil {
		log.Fatal(err)
	}
}

// Reads the status line and the headers; length is -1 for a chunked body.
func (c *connection) head() (status, length int) {
	line, err := c.reader.ReadSlice('\n')
	if err != nil || len(line) < 12 {
		log.Fatal("no answer: ", err)
	}
	status, _ = strconv.Atoi(string(line[9:12]))
	for {
		line, err = c.reader.ReadSlice('\n')
		if err != nil {
			log.Fatal(err)
		}
		if len(line) <= 2 {
			return status, length
		}
		name := strings.ToLower(string(line[:bytes.IndexByte(line, ':')+1]))
		value := strings.TrimSpace(string(line[len(name):]))
		switch {
		case name == "content-length:":
			length, _ = strconv.Atoi(value)
		case name == "transfer-encoding:" && value == "chunked":
			length = -1
		}
	}
}

// The next piece of a chunked body, straight from the read buffer; nil at its end.
type chunks struct {
	reader *bufio.Reader
	left   int
}

func (c *chunks) next() []byte {
	if c.left == 0 {
		line, err := c.reader.ReadSlice('\n')
		if err != nil {
			return nil
		}
		size, err := strconv.ParseInt(string(bytes.TrimSpace(line)), 16, 32)
		if err != nil || size == 0 {
			c.reader.Discard(2)
			return nil
		}
		c.left = int(size)
	}
	if c.reader.Buffered() == 0 {
		if _, err := c.reader.Peek(1); err != nil {
			return nil
		}
	}
	count := c.reader.Buffered()
	if count > c.left {
		count = c.left
	}
	piece, _ := c.reader.Peek(count)
	c.reader.Discard(count)
	c.left -= count
	if c.left == 0 {
		// The line end after the chunk; the piece stays valid, because only what was read already is passed over.
		if c.reader.Buffered() < 2 {
			piece = append([]byte(nil), piece...)
		}
		c.reader.Discard(2)
	}
	return piece
}

func (c *connection) do(method, path string, body []byte) (int, []byte) {
	c.send(method, path, body)
	status, length := c.head()
	var content []byte
	if length >= 0 {
		content = make([]byte, length)
		if _, err := io.ReadFull(c.reader, content); err != nil {
			log.Fatal(err)
		}
		return status, content
	}
	stream := chunks{reader: c.reader}
	for piece := stream.next(); piece != nil; piece = stream.next() {
		content = append(content, piece...)
	}
	return status, content
}

const configMap = `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"%s","labels":{"app":"bench","part":"load"}},` +
	`"data":{"settings":"level=info\nthreads=8\ncache=on\ntimeout=30s\nretries=3\nregion=us-west-2\n","owner":"bench"}}`

const pod = `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"%s","labels":{"app":"bench","part":"load"},` +
	`"annotations":{"example.com/note":"made by a benchmark"}},"spec":{"nodeName":"node-1","containers":[{"name":"web",` +
	`"image":"registry.example.com/shop/web:1.2.3","ports":[{"name":"http","containerPort":8080}],` +
	`"env":[{"name":"LEVEL","value":"info"}],"resources":{"requests":{"cpu":"100m","memory":"64Mi"}},` +
	`"readinessProbe":{"httpGet":{"path":"/ready","port":8080},"periodSeconds":5}}]}}`

func body(kind, name string) []byte {
	if kind == "pods" {
		return []byte(fmt.Sprintf(pod, name))
	}
	return []byte(fmt.Sprintf(configMap, name))
}

// Creates count objects over the connections; returns every answer's time in milliseconds.
func create(kind, prefix string, connections, count int) []float64 {
	var next int64
	times := make([][]float64, connections)
	var group sync.WaitGroup
	for index := 0; index < connections; index++ {
		group.Add(1)
		go func(index int) {
			defer group.Done()
			link := dial()
			defer link.Close()
			for number := atomic.AddInt64(&next, 1); number <= int64(count); number = atomic.AddInt64(&next, 1) {
				object := body(kind, fmt.Sprintf("%s-%06d", prefix, number))
				start := time.Now()
				status, answer := link.do("POST", "/api/v1/namespaces/default/"+kind, object)
				times[index] = append(times[index], time.Since(start).Seconds()*1000)
				if status != 201 {
					log.Fatalf("create: %d %s", status, answer)
				}
			}
		}(index)
	}
	group.Wait()
	var all []float64
	for _, part := range times {
		all = append(all, part...)
	}
	sort.Float64s(all)
	return all
}

func currentVersion() string {
	link := dial()
	defer link.Close()
	status, answer := link.do("GET", "/api/v1/namespaces/default/configmaps?limit=1", nil)
	var list struct{ Metadata struct{ ResourceVersion string } }
	if err := json.Unmarshal(answer, &list); err != nil || status != 200 {
		log.Fatalf("list: %d %v", status, err)
	}
	return list.Metadata.ResourceVersion
}

// Reads one watch until it has had count lines; every line is one event.
func follow(link *connection, count int) {
	stream := chunks{reader: link.reader}
	for seen := 0; seen < count; {
		piece := stream.next()
		if piece == nil {
			log.Fatalf("a watch ended after %d of %d events", seen, count)
		}
		seen += bytes.Count(piece, []byte{'\n'})
	}
}

func watch(prefix string, watchers, connections, count int) map[string]interface{} {
	path := "/api/v1/namespaces/default/configmaps?watch=true&resourceVersion=" + currentVersion()
	links := make([]*connection, watchers)
	for index := range links {
		links[index] = dial()
		links[index].send("GET", path, nil)
		if status, _ := links[index].head(); status != 200 {
			log.Fatalf("watch: %d", status)
		}
	}
	start := time.Now()
	var group sync.WaitGroup
	for _, link := range links {
		group.Add(1)
		go func(link *connection) {
			defer group.Done()
			follow(link, count)
			link.Close()
		}(link)
	}
	create("configmaps", prefix, connections, count)
	written := time.Since(start).Seconds()
	group.Wait()
	all := time.Since(start).Seconds()
	return map[string]interface{}{
		"watchers": watchers, "objects": count, "seconds": all, "writing_seconds": written,
		"events_per_second": float64(watchers*count) / all,
	}
}

func main() {
	flag.Parse()
	mode := flag.Arg(0)
	flags := flag.NewFlagSet(mode, flag.ExitOnError)
	kind := flags.String("kind", "configmaps", "what is created")
	connections := flags.Int("connections", 8, "how many write")
	count := flags.Int("count", 5000, "how many objects")
	watchers := flags.Int("watchers", 100, "how many watch")
	prefix := flags.String("prefix", "bench", "of the names")
	flags.Parse(flag.Args()[1:])
	var result map[string]interface{}
	switch mode {
	case "create":
		start := time.Now()
		times := create(*kind, *prefix, *connections, *count)
		seconds := time.Since(start).Seconds()
		result = map[string]interface{}{
			"objects": *count, "seconds": seconds, "creates_per_second": float64(*count) / seconds,
			"median_ms": times[len(times)/2], "p99_ms": times[len(times)*99/100],
		}
	case "watch":
		result = watch(*prefix, *watchers, *connections, *count)
	default:
		log.Fatal("give create or watch")
	}
	var usage syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	result["generator_cpu_seconds"] = float64(usage.Utime.Nano()+usage.Stime.Nano()) / 1e9
	json.NewEncoder(os.Stdout).Encode(result)
}
