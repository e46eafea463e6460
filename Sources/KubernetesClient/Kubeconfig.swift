import JSON

/// The kubeconfig files in effect, merged as kubectl merges them: the first file to set a value or a name wins.
///
/// Source: `k8s.io/client-go/tools/clientcmd` loading rules; the reference of the `Config` v1 format.
struct Kubeconfig: Sendable {
    /// A named cluster, user or context, and the file it stands in.
    struct Entry: Sendable {
        var name: String
        var body: JSONValue
        var file: String
    }

    /// The files that were read, in order of precedence.
    private(set) var files: [String] = []
    private(set) var clusters: [Entry] = []
    private(set) var users: [Entry] = []
    private(set) var contexts: [Entry] = []
    private(set) var currentContext = ""

    /// Whether no file has said anything.
    var isEmpty: Bool { clusters.isEmpty && users.isEmpty && contexts.isEmpty && currentContext.isEmpty }

    /// Adds the next file of the list.
    ///
    /// - Throws: what is wrong with the file: not YAML (with line and column), not a Config, lists of the wrong shape.
    mutating func merge(_ text: String, file: String) throws(ConfigurationError) {
        let documents: [JSONValue]
        do {
            documents = try YAMLDocuments.parse(text)
        } catch {
            throw failure(file, "not YAML: \(error)", "Correct that line, or name another file with --kubeconfig")
        }
        files.append(file)
        guard let document = documents.first else { return }
        guard documents.count == 1 else {
            throw failure(file, "holds \(documents.count) YAML documents, one is expected", "Remove the others")
        }
        guard document.objectValue != nil else {
            throw failure(file, "its top level is not a mapping", "Name a kubeconfig file with --kubeconfig")
        }
        if let kind = document["kind"]?.stringValue, kind != "Config" {
            throw failure(file, "its kind is \"\(kind)\", not \"Config\"", "Name a kubeconfig file with --kubeconfig")
        }
        try add(entries(document, "clusters", item: "cluster", file), to: \.clusters)
        try add(entries(document, "users", item: "user", file), to: \.users)
        try add(entries(document, "contexts", item: "context", file), to: \.contexts)
        if currentContext.isEmpty { currentContext = document["current-context"]?.stringValue ?? "" }
    }

    private mutating func add(_ entries: [Entry], to list: WritableKeyPath<Kubeconfig, [Entry]>) {
        for entry in entries where !self[keyPath: list].contains(where: { $0.name == entry.name }) {
            self[keyPath: list].append(entry)
        }
    }

    private func entries(
        _ document: JSONValue, _ field: String, item: String, _ file: String
    ) throws(ConfigurationError) -> [Entry] {
        guard let value = document[field], !value.isNull else { return [] }
        guard let list = value.arrayValue else {
            throw failure(file, "\(field) is not a list", "Make it a list of {name, \(item)} entries")
        }
        var entries: [Entry] = []
        for (index, element) in list.enumerated() {
            guard let name = element["name"]?.stringValue, !name.isEmpty else {
                throw failure(file, "\(field)[\(index)] has no name", "Give every entry a name")
            }
            entries.append(Entry(name: name, body: element[item] ?? [:], file: file))
        }
        return entries
    }

    /// An error about one of the files.
    func failure(_ file: String, _ problem: String, _ remedy: String) -> ConfigurationError {
        ConfigurationError(source: "kubeconfig \(file)", problem: problem, remedy: remedy)
    }
}

extension Kubeconfig {
    /// A context with what it names.
    struct Selection: Sendable {
        var context: Entry
        var cluster: Entry
        /// Absent when the context names no user.
        var user: Entry?
    }

    /// The context called `name`, or the current one, with another cluster or user where one is given.
    ///
    /// - Throws: when there is none, or when it names a cluster or user that no file defines.
    func select(
        context name: String?, cluster: String? = nil, user: String? = nil
    ) throws(ConfigurationError) -> Selection {
        let all = files.joined(separator: ":")
        let wanted = name ?? currentContext
        guard !contexts.isEmpty else {
            throw failure(all, "it defines no contexts", "Name another kubeconfig file with --kubeconfig")
        }
        guard !wanted.isEmpty else {
            throw failure(
                all, "no current-context is set; contexts are \(names(contexts))",
                "Choose one with `kubectl config use-context NAME`")
        }
        guard let context = contexts.first(where: { $0.name == wanted }) else {
            throw failure(
                all, "context \"\(wanted)\" does not exist; contexts are \(names(contexts))",
                "Choose one with `kubectl config use-context NAME`")
        }
        let clusterName = cluster ?? context.body["cluster"]?.stringValue ?? ""
        guard let cluster = clusters.first(where: { $0.name == clusterName }) else {
            throw failure(
                context.file,
                "context \"\(wanted)\" names cluster \"\(clusterName)\", which is not defined; clusters are "
                    + names(clusters),
                "Define it or correct the context")
        }
        let userName = user ?? context.body["user"]?.stringValue ?? ""
        let user = users.first { $0.name == userName }
        if user == nil, !userName.isEmpty {
            throw failure(
                context.file,
                "context \"\(wanted)\" names user \"\(userName)\", which is not defined; users are \(names(users))",
                "Define it or correct the context")
        }
        return Selection(context: context, cluster: cluster, user: user)
    }

    private func names(_ entries: [Entry]) -> String {
        entries.isEmpty ? "(none)" : entries.map(\.name).joined(separator: ", ")
    }
}
