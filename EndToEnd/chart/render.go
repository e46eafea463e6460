// Renders the templates of a Helm chart with the template language and the functions that Helm is built on, so that the
// chart can be tested without Helm.
//
// Usage: chart FOLDER NAMESPACE VALUES.json
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig"
	"gopkg.in/yaml.v3"
)

func read(path string, into interface{}) {
	text, err := os.ReadFile(path)
	check(err)
	check(yaml.Unmarshal(text, into))
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func main() {
	folder, namespace := os.Args[1], os.Args[2]
	values := map[string]interface{}{}
	read(filepath.Join(folder, "values.yaml"), &values)
	given := map[string]interface{}{}
	check(json.Unmarshal([]byte(os.Args[3]), &given))
	for key, value := range given {
		if _, known := values[key]; !known {
			check(fmt.Errorf("the chart has no value %q", key))
		}
		values[key] = value
	}
	chart := map[string]interface{}{}
	read(filepath.Join(folder, "Chart.yaml"), &chart)
	world := map[string]interface{}{
		"Values":  values,
		"Release": map[string]interface{}{"Namespace": namespace, "Name": "weir"},
		"Chart":   map[string]interface{}{"AppVersion": chart["appVersion"], "Version": chart["version"]},
	}

	all := template.New("chart").Option("missingkey=error")
	functions := sprig.TxtFuncMap()
	functions["include"] = func(name string, data interface{}) (string, error) {
		var text strings.Builder
		err := all.ExecuteTemplate(&text, name, data)
		return text.String(), err
	}
	functions["toYaml"] = func(value interface{}) (string, error) {
		text, err := yaml.Marshal(value)
		return strings.TrimSuffix(string(text), "\n"), err
	}
	all.Funcs(functions)
	names, err := filepath.Glob(filepath.Join(folder, "templates", "*"))
	check(err)
	sort.Strings(names)
	for _, name := range names {
		text, err := os.ReadFile(name)
		check(err)
		_, err = all.New(filepath.Base(name)).Parse(string(text))
		check(err)
	}
	for _, name := range names {
		if strings.HasPrefix(filepath.Base(name), "_") {
			continue
		}
		fmt.Println("---")
		check(all.ExecuteTemplate(os.Stdout, filepath.Base(name), world))
	}
}
