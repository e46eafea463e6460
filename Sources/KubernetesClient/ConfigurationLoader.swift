import JSON

/// Finds the client's configuration where kubectl and client-go look for it.
///
/// The order: the path given explicitly; the files of `KUBECONFIG`; `~/.kube/config`; the service account of the pod
/// this program runs in. A proxy comes from the kubeconfig, otherwise from the environment.
package struct ConfigurationLoader: Sendable {
    package var environment: [String: String]
    package var files: FileReader

    /// Where Kubernetes mounts a pod's credentials.
    static let serviceAccountFolder = "/var/run/secrets/kubernetes.io/serviceaccount"

    package init(
        environment: [String: String] = Platform.environment, files: FileReader = .disk
    ) {
        self.environment = environment
        self.files = files
    }

    /// The configuration in effect.
    ///
    /// - Parameters:
    ///   - path: `--kubeconfig`; the only file read when given, and it must exist.
    ///   - context: a context to use instead of the current one.
    ///   - namespace: overrides the context's namespace.
    ///   - overrides: what else goes before the kubeconfig; with a server it needs no kubeconfig.
    /// - Throws: one error that names the file, what is wrong with it and the remedy.
    package func load(
        path: String? = nil, context: String? = nil, namespace: String? = nil,
        overrides: ClientOverrides = ClientOverrides()
    ) throws(ConfigurationError) -> ClientConfiguration {
        var configuration = try base(path: path, context: context, overrides)
        configuration.requestLimit = overrides.requestLimit
        if let namespace, !namespace.isEmpty { configuration.namespace = namespace }
        if configuration.proxy == nil {
            configuration.proxy = try ProxyEnvironment(environment: environment).proxy(for: configuration.server)
        }
        if configuration.proxy != nil { try checkProxied(configuration) }
        return configuration
    }

    /// Through a proxy the server's certificate is held against the host in its URL and nothing else: the address of
    /// the connection is the proxy's.
    private func checkProxied(_ configuration: ClientConfiguration) throws(ConfigurationError) {
        let host = configuration.server.host
        if configuration.tlsServerName != nil {
            throw ConfigurationError(
                source: configuration.source, problem: "tls-server-name cannot be used through a proxy",
                remedy: "Remove one of the two, or add \(host) to NO_PROXY")
        }
        let isVerified = configuration.server.isSecure && configuration.trust != .anything
        if isVerified, Platform.addressBytes(host) != nil {
            throw ConfigurationError(
                source: configuration.source,
                problem: "the certificate of \(configuration.server) cannot be verified through a proxy",
                remedy: "Write the server's name, or add \(host) to NO_PROXY")
        }
    }

    private func base(
        path: String?, context: String?, _ overrides: ClientOverrides
    ) throws(ConfigurationError) -> ClientConfiguration {
        if overrides.server != nil, path == nil, context == nil, !hasKubeconfig {
            return try KubeconfigResolver(selection: overrides.selection, files: files).configuration()
        }
        if let path {
            guard files.exists(path) else {
                throw ConfigurationError(
                    source: "kubeconfig \(path)", problem: "there is no such file",
                    remedy: "Name an existing kubeconfig file with --kubeconfig")
            }
            return try configuration(read([path]), context: context, overrides)
        }
        if let list = environment["KUBECONFIG"], !list.isEmpty {
            let paths = list.split(separator: ":").map(String.init)
            let existing = paths.filter(files.exists)
            if !existing.isEmpty {
                let config = try read(existing)
                if !config.isEmpty || !isInCluster { return try configuration(config, context: context, overrides) }
            } else if !isInCluster {
                throw ConfigurationError(
                    source: "kubeconfig \(list)", problem: "none of the files in KUBECONFIG exists",
                    remedy: "Correct KUBECONFIG or name a file with --kubeconfig")
            }
        } else if let home = environment["HOME"], files.exists("\(home)/.kube/config") {
            let config = try read(["\(home)/.kube/config"])
            if !config.isEmpty || !isInCluster { return try configuration(config, context: context, overrides) }
        }
        return try inCluster()
    }

    private func read(_ paths: [String]) throws(ConfigurationError) -> Kubeconfig {
        var config = Kubeconfig()
        for path in paths {
            let bytes: [UInt8]
            do {
                bytes = try files.read(path)
            } catch {
                throw ConfigurationError(
                    source: "kubeconfig \(path)", problem: "cannot be read: \(error)",
                    remedy: "Correct its permissions or name another file with --kubeconfig")
            }
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw ConfigurationError(
                    source: "kubeconfig \(path)", problem: "is not UTF-8 text",
                    remedy: "Name a kubeconfig file with --kubeconfig")
            }
            try config.merge(text, file: path)
        }
        return config
    }

    private func configuration(
        _ config: Kubeconfig, context: String?, _ overrides: ClientOverrides
    ) throws(ConfigurationError) -> ClientConfiguration {
        let selection = overrides.applied(
            to: try config.select(context: context, cluster: overrides.cluster, user: overrides.user))
        return try KubeconfigResolver(selection: selection, files: files).configuration()
    }

    /// Whether one of the usual places holds a kubeconfig.
    private var hasKubeconfig: Bool {
        let list = (environment["KUBECONFIG"] ?? "").split(separator: ":").map(String.init)
        let home = environment["HOME"].map { ["\($0)/.kube/config"] } ?? []
        return (list.isEmpty ? home : list).contains(where: files.exists)
    }

    private var isInCluster: Bool {
        environment["KUBERNETES_SERVICE_HOST"]?.isEmpty == false
            && files.exists("\(Self.serviceAccountFolder)/token")
    }

    private func inCluster() throws(ConfigurationError) -> ClientConfiguration {
        let source = "in-cluster configuration"
        guard let host = environment["KUBERNETES_SERVICE_HOST"], !host.isEmpty else {
            throw ConfigurationError(
                source: "Kubernetes configuration",
                problem:
                    "no kubeconfig was given, KUBECONFIG is not set, ~/.kube/config does not exist and this is not "
                    + "a pod (KUBERNETES_SERVICE_HOST is not set)",
                remedy: "Name a kubeconfig file with --kubeconfig")
        }
        let text = environment["KUBERNETES_SERVICE_PORT"] ?? ""
        guard let port = Int(text), (1...65535).contains(port) else {
            throw ConfigurationError(
                source: source, problem: "KUBERNETES_SERVICE_PORT is \"\(text)\", not a port",
                remedy: "Unset KUBERNETES_SERVICE_HOST outside a pod, or set both")
        }
        let token = "\(Self.serviceAccountFolder)/token"
        guard files.exists(token) else {
            throw ConfigurationError(
                source: source, problem: "\(token) does not exist",
                remedy: "Let the pod mount its service account token (automountServiceAccountToken)")
        }
        let authority = "\(Self.serviceAccountFolder)/ca.crt"
        let trust: ServerTrust = try files.exists(authority) ? podTrust(authority) : .system
        return ClientConfiguration(
            source: source, server: ServerAddress(isSecure: true, host: host, port: port),
            namespace: try podNamespace(), trust: trust, credential: .tokenFile(path: token, fallback: nil))
    }

    private func podTrust(_ authority: String) throws(ConfigurationError) -> ServerTrust {
        .authorities(pem: try podFile(authority), file: authority)
    }

    private func podNamespace() throws(ConfigurationError) -> String {
        let path = "\(Self.serviceAccountFolder)/namespace"
        guard files.exists(path) else { return "default" }
        return String(decoding: try podFile(path), as: UTF8.self).trimmed
    }

    private func podFile(_ path: String) throws(ConfigurationError) -> [UInt8] {
        do {
            return try files.read(path)
        } catch {
            throw ConfigurationError(
                source: "in-cluster configuration", problem: "\(path) cannot be read: \(error)",
                remedy: "Let the pod's user read its service account's files")
        }
    }
}

extension String {
    /// Without white space at both ends.
    var trimmed: String {
        var part = self[...]
        while let first = part.first, first.isWhitespace { part.removeFirst() }
        while let last = part.last, last.isWhitespace { part.removeLast() }
        return String(part)
    }
}
