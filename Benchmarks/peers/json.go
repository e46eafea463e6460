// Times encoding/json on the list that JSONBenchmark generated: json PATH ROUNDS prints "go MILLISECONDS".
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"time"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: json PATH ROUNDS")
		os.Exit(2)
	}
	document, err := os.ReadFile(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	rounds, err := strconv.Atoi(os.Args[2])
	if err != nil || rounds < 1 {
		fmt.Fprintln(os.Stderr, "ROUNDS is a number from 1")
		os.Exit(2)
	}
	best := time.Hour
	for round := 0; round < rounds; round++ {
		start := time.Now()
		var list map[string]any
		if err := json.Unmarshal(document, &list); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		items := list["items"].([]any)
		if taken := time.Since(start); taken < best && len(items) > 0 {
			best = taken
		}
	}
	fmt.Printf("go %.3f\n", float64(best.Microseconds())/1000)
}
