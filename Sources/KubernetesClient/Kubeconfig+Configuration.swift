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
        try refuseTwoMethods()
        let token = text(user, "token")
        var configuration = ClientConfiguration(
            source: "kubeconfig \(selection.cluster.file), context \"\(selection.context.name)\"",
            server: try server(),
            namespace: text(selection.context, "namespace") ?? "default",
            trust: try trust(),
            tlsServerName: text(selection.cluster, "tls-server-name"),
            clientCertificate: try clientCertificate(),
            credential: token.map { .token($0) } ?? .none,
            impersonation: try impersonation(),
            proxy: try proxy())
        if let path = text(user, "tokenFile"), let user {
            configuration.credential = .tokenFile(path: files.absolute(path, besides: user.file), fallback: token)
        } else if token == nil, let name = text(user, "username") {
            // kube-apiserver knows no passwords since 1.19; proxies in front of one may.
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

    func trust() throws(ConfigurationError) -> ServerTrust {
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
        return pem.map { .authorities(pem: $0.bytes, file: $0.file) } ?? .system
    }

    private func clientCertificate() throws(ConfigurationError) -> ClientCertificate? {
        guard let user = selection.user else { return nil }
        let chain = try material(user, "user", "client-certificate", "client-certificate-data")
        let key = try material(user, "user", "client-key", "client-key-data")
        switch (chain, key) {
        case (let chain?, let key?):
            return ClientCertificate(chain: chain.bytes, key: key.bytes, chainFile: chain.file, keyFile: key.file)
        case (nil, nil): return nil
        case (_?, nil): throw failure(user, "user", "has client-certificate but no client-key", "Add client-key")
        case (nil, _?): throw failure(user, "user", "has client-key but no client-certificate", "Add the certificate")
        }
    }

    private func impersonation() throws(ConfigurationError) -> Impersonation {
        let groups = (selection.user?.body["as-groups"]?.arrayValue ?? []).compactMap(\.stringValue)
        var extras: [Impersonation.Extra] = []
        for (key, values) in selection.user?.body["as-user-extra"]?.objectValue ?? [:] {
            extras.append(.init(key: key, values: (values.arrayValue ?? []).compactMap(\.stringValue)))
        }
        let impersonation = Impersonation(
            user: text(selection.user, "as"), uid: text(selection.user, "as-uid"), groups: groups, extras: extras)
        if impersonation.user == nil, impersonation != Impersonation(), let user = selection.user {
            throw failure(
                user, "user", "asks for as-uid, as-groups or as-user-extra, and for no user with \"as\"",
                "Add \"as\", or remove them")
        }
        return impersonation
    }

    private func proxy() throws(ConfigurationError) -> ProxyAddress? {
        guard let text = text(selection.cluster, "proxy-url") else { return nil }
        do {
            return try ProxyAddress(parsing: text)
        } catch {
            throw failure(
                selection.cluster, "cluster", "has proxy-url \"\(text)\": \(error.problem)",
                "Use an http:// or socks5:// proxy")
        }
    }

    private func refuseTwoMethods() throws(ConfigurationError) {
        guard let user = selection.user, text(user, "token") != nil else { return }
        if text(user, "username") != nil || text(user, "password") != nil {
            throw failure(
                user, "user", "has both a token and a user name with password", "Remove one of the two")
        }
    }

    private func refuseAuthProvider() throws(ConfigurationError) {
        guard let user = selection.user, let provider = user.body["auth-provider"], !provider.isNull else { return }
        let name = provider["name"]?.stringValue ?? "?"
        throw failure(
            user, "user", "uses auth-provider \"\(name)\", which Kubernetes 1.26 removed",
            "Use the provider's exec plugin instead")
    }
}

extension KubeconfigResolver {
    /// PEM text, and the file it stands in when it was not given inline.
    private struct Material {
        var bytes: [UInt8]
        var file: String?
    }

    /// What is given inline in `dataField`, or stands in the file named by `fileField`; `nil` when neither is set.
    ///
    /// - Throws: also when both are set, which kubectl refuses too.
    private func material(
        _ entry: Kubeconfig.Entry, _ noun: String, _ fileField: String, _ dataField: String
    ) throws(ConfigurationError) -> Material? {
        if let encoded = text(entry, dataField) {
            guard text(entry, fileField) == nil else {
                throw failure(entry, noun, "has both \(fileField) and \(dataField)", "Remove one of the two")
            }
            guard let bytes = Platform.decodeBase64(encoded), !bytes.isEmpty else {
                throw failure(entry, noun, "has \(dataField) that is not base64", "Encode the PEM text as base64")
            }
            return Material(bytes: bytes)
        }
        guard let path = text(entry, fileField) else { return nil }
        let absolute = files.absolute(path, besides: entry.file)
        do {
            return Material(bytes: try files.read(absolute), file: absolute)
        } catch {
            throw failure(
                entry, noun, "names \(fileField) \(absolute), which cannot be read: \(error)",
                "Correct the path or its permissions")
        }
    }

    func text(_ entry: Kubeconfig.Entry?, _ field: String) -> String? {
        guard let value = entry?.body[field]?.stringValue, !value.isEmpty else { return nil }
        return value
    }

    func failure(
        _ entry: Kubeconfig.Entry, _ noun: String, _ problem: String, _ remedy: String
    ) -> ConfigurationError {
        ConfigurationError(
            source: "kubeconfig \(entry.file)", problem: "\(noun) \"\(entry.name)\" \(problem)", remedy: remedy)
    }
}
