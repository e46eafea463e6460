import JSON

/// Turns a selected context into a configuration, reading the files it refers to.
struct KubeconfigResolver {
    var selection: Kubeconfig.Selection
    var files: FileReader

    /// The configuration of the selected context.
    ///
    /// - Throws: the first field that cannot be used, with its file and its value.
    func configuration() throws(ConfigurationError) -> ClientConfiguration {
        let user = selection.user
        try refuseAuthProvider()
        let token = text(user, "token")
        var configuration = ClientConfiguration(
            source: "kubeconfig \(selection.cluster.file), context \"\(selection.context.name)\"",
            server: try server(),
            namespace: text(selection.context, "namespace") ?? "default",
            trust: try trust(),
            tlsServerName: text(selection.cluster, "tls-server-name"),
            clientCertificate: try clientCertificate(),
            credential: token.map { .token($0) } ?? .none,
            impersonation: impersonation(),
            proxy: try proxy())
        if let path = text(user, "tokenFile"), let user {
            configuration.credential = .tokenFile(path: files.absolute(path, besides: user.file), fallback: token)
        } else if token == nil, let name = text(user, "username") {
            configuration.credential = .basic(user: name, password: text(user, "password") ?? "")
        } else if token == nil, let exec = user?.body["exec"], !exec.isNull, let user {
            configuration.credential = .exec(try plugin(exec, of: user))
        }
        return configuration
    }

    private func server() throws(ConfigurationError) -> ServerAddress {
        let cluster = selection.cluster
        guard let text = text(cluster, "server") else {
            throw failure(cluster, "cluster", "has no server", "Set its server to the API server's URL")
        }
        let hasTLS = cluster.body["certificate-authority"] != nil || cluster.body["certificate-authority-data"] != nil
        guard let address = ServerAddress(parsing: text, secureByDefault: hasTLS) else {
            throw failure(
                cluster, "cluster", "has server \"\(text)\", which is not a URL", "Write it as https://host:port")
        }
        return address
    }

    private func trust() throws(ConfigurationError) -> ServerTrust {
        let cluster = selection.cluster
        if cluster.body["insecure-skip-tls-verify"]?.boolValue == true {
            if cluster.body["certificate-authority-data"] != nil || cluster.body["certificate-authority"] != nil {
                throw failure(
                    cluster, "cluster", "sets both a certificate authority and insecure-skip-tls-verify",
                    "Remove one of the two")
            }
            return .anything
        }
        let pem = try material(cluster, "cluster", "certificate-authority", "certificate-authority-data")
        return pem.map { .authorities(pem: $0) } ?? .system
    }

    private func clientCertificate() throws(ConfigurationError) -> ClientCertificate? {
        guard let user = selection.user else { return nil }
        let chain = try material(user, "user", "client-certificate", "client-certificate-data")
        let key = try material(user, "user", "client-key", "client-key-data")
        switch (chain, key) {
        case (let chain?, let key?): return ClientCertificate(chain: chain, key: key)
        case (nil, nil): return nil
        case (_?, nil): throw failure(user, "user", "has client-certificate but no client-key", "Add client-key")
        case (nil, _?): throw failure(user, "user", "has client-key but no client-certificate", "Add the certificate")
        }
    }

    private func impersonation() -> Impersonation {
        let groups = selection.user?.body["as-groups"]?.arrayValue ?? []
        return Impersonation(
            user: text(selection.user, "as"), uid: text(selection.user, "as-uid"),
            groups: groups.compactMap(\.stringValue))
    }

    private func proxy() throws(ConfigurationError) -> ProxyAddress? {
        guard let text = text(selection.cluster, "proxy-url") else { return nil }
        guard let address = ServerAddress(parsing: text), !address.isSecure else {
            throw failure(
                selection.cluster, "cluster", "has proxy-url \"\(text)\"; only http:// proxies can be used",
                "Use an http:// proxy or remove it")
        }
        return ProxyAddress(host: address.host, port: address.port)
    }

    private func refuseAuthProvider() throws(ConfigurationError) {
        guard let user = selection.user, let provider = user.body["auth-provider"], !provider.isNull else { return }
        let name = provider["name"]?.stringValue ?? "?"
        throw failure(
            user, "user", "uses auth-provider \"\(name)\", which Kubernetes 1.26 removed",
            "Use the provider's exec plugin instead")
    }

    private func plugin(_ exec: JSONValue, of user: Kubeconfig.Entry) throws(ConfigurationError) -> ExecPlugin {
        guard let command = exec["command"]?.stringValue, !command.isEmpty else {
            throw failure(user, "user", "has exec without a command", "Name the program that prints the credential")
        }
        let version = exec["apiVersion"]?.stringValue ?? ""
        guard ExecPlugin.apiVersions.contains(version) else {
            throw failure(
                user, "user", "has exec with apiVersion \"\(version)\"",
                "Use one of \(ExecPlugin.apiVersions.joined(separator: ", "))")
        }
        var environment: [ExecPlugin.Variable] = []
        for variable in exec["env"]?.arrayValue ?? [] {
            guard let name = variable["name"]?.stringValue else { continue }
            environment.append(ExecPlugin.Variable(name: name, value: variable["value"]?.stringValue ?? ""))
        }
        let isPath = command.contains("/")
        return ExecPlugin(
            apiVersion: version, command: isPath ? files.absolute(command, besides: user.file) : command,
            arguments: (exec["args"]?.arrayValue ?? []).compactMap(\.stringValue), environment: environment,
            installHint: exec["installHint"]?.stringValue, source: "kubeconfig \(user.file), user \"\(user.name)\"")
    }
}

extension KubeconfigResolver {
    /// The bytes given inline in `dataField`, or those of the file named by `fileField`; `nil` when neither is set.
    private func material(
        _ entry: Kubeconfig.Entry, _ noun: String, _ fileField: String, _ dataField: String
    ) throws(ConfigurationError) -> [UInt8]? {
        if let encoded = text(entry, dataField) {
            guard let bytes = Platform.decodeBase64(encoded), !bytes.isEmpty else {
                throw failure(entry, noun, "has \(dataField) that is not base64", "Encode the PEM text as base64")
            }
            return bytes
        }
        guard let path = text(entry, fileField) else { return nil }
        let absolute = files.absolute(path, besides: entry.file)
        do {
            return try files.read(absolute)
        } catch {
            throw failure(
                entry, noun, "names \(fileField) \(absolute), which cannot be read: \(error)",
                "Correct the path or its permissions")
        }
    }

    private func text(_ entry: Kubeconfig.Entry?, _ field: String) -> String? {
        guard let value = entry?.body[field]?.stringValue, !value.isEmpty else { return nil }
        return value
    }

    private func failure(
        _ entry: Kubeconfig.Entry, _ noun: String, _ problem: String, _ remedy: String
    ) -> ConfigurationError {
        ConfigurationError(
            source: "kubeconfig \(entry.file)", problem: "\(noun) \"\(entry.name)\" \(problem)", remedy: remedy)
    }
}
