import JSON
import Testing

@testable import KubernetesClient

@Suite("Client configuration") struct ConfigurationLoaderTests {
    /// A disk that holds these files only.
    private func loader(_ files: [String: String], _ environment: [String: String] = [:]) -> ConfigurationLoader {
        let reader = FileReader(
            workingDirectory: "/home/me", exists: { files[$0] != nil },
            read: { path in
                guard let text = files[path] else { throw FileProblem(reason: "no such file") }
                return Array(text.utf8)
            })
        return ConfigurationLoader(environment: environment, files: reader)
    }

    private let plain = """
        apiVersion: v1
        kind: Config
        current-context: one
        contexts:
        - name: one
          context: {cluster: c, user: u, namespace: shop}
        - name: two
          context: {cluster: c}
        clusters:
        - name: c
          cluster: {server: "https://api.example.test:6443/prefix/"}
        users:
        - name: u
          user: {token: secret}
        """

    @Test func `the current context gives server, namespace and token`() throws {
        let configuration = try loader(["/k": plain]).load(path: "/k")
        #expect(configuration.server.description == "https://api.example.test:6443/prefix")
        #expect(configuration.namespace == "shop")
        #expect(configuration.credential == .token("secret"))
        #expect(configuration.trust == .system)
    }

    @Test func `another context and namespace can be asked for`() throws {
        let configuration = try loader(["/k": plain]).load(path: "/k", context: "two", namespace: "other")
        #expect(configuration.namespace == "other")
        #expect(configuration.credential == .none)
    }

    @Test func `files of KUBECONFIG are merged and the first to set a value wins`() throws {
        let first = """
            current-context: two
            clusters:
            - name: c
              cluster: {server: "http://localhost:8080"}
            """
        let loader = loader(["/a": first, "/b": plain], ["KUBECONFIG": "/missing:/a:/b", "HOME": "/home/me"])
        let configuration = try loader.load()
        #expect(configuration.server.description == "http://localhost:8080")
        #expect(configuration.source.contains("\"two\""))
    }

    @Test func `relative paths start from the folder of the file they stand in`() throws {
        let text = """
            current-context: x
            contexts: [{name: x, context: {cluster: c, user: u}}]
            clusters: [{name: c, cluster: {server: "https://h", certificate-authority: pki/ca.crt}}]
            users: [{name: u, user: {tokenFile: token, token: fallback}}]
            """
        let configuration = try loader(["/etc/weir/k": text, "/etc/weir/pki/ca.crt": "PEM"]).load(path: "/etc/weir/k")
        #expect(configuration.trust == .authorities(pem: Array("PEM".utf8), file: "/etc/weir/pki/ca.crt"))
        #expect(configuration.credential == .tokenFile(path: "/etc/weir/token", fallback: "fallback"))
    }

    @Test func `inline certificates are decoded`() throws {
        let text = """
            current-context: x
            contexts: [{name: x, context: {cluster: c, user: u}}]
            clusters: [{name: c, cluster: {server: "https://h", certificate-authority-data: UEVN}}]
            users: [{name: u, user: {client-certificate-data: Q0VSVA==, client-key-data: S0VZ}}]
            """
        let configuration = try loader(["/k": text]).load(path: "/k")
        #expect(configuration.trust == .authorities(pem: Array("PEM".utf8)))
        let expected = ClientCertificate(chain: Array("CERT".utf8), key: Array("KEY".utf8))
        #expect(configuration.clientCertificate == expected)
    }

    @Test func `a pod finds its service account`() throws {
        let folder = ConfigurationLoader.serviceAccountFolder
        let loader = loader(
            ["\(folder)/token": "t", "\(folder)/ca.crt": "CA", "\(folder)/namespace": "weir-system\n"],
            ["KUBERNETES_SERVICE_HOST": "10.96.0.1", "KUBERNETES_SERVICE_PORT": "443"])
        let configuration = try loader.load()
        #expect(configuration.server.description == "https://10.96.0.1:443")
        #expect(configuration.namespace == "weir-system")
        #expect(configuration.trust == .authorities(pem: Array("CA".utf8), file: "\(folder)/ca.crt"))
        #expect(configuration.credential == .tokenFile(path: "\(folder)/token", fallback: nil))
    }

    @Test(
        "a broken kubeconfig gives one error that names the file, the value and the remedy",
        arguments: [
            ("clusters: [", ["kubeconfig /k", "line"]),
            ("kind: Pod", ["\"Pod\"", "--kubeconfig"]),
            ("clusters: 5", ["clusters is not a list"]),
            ("clusters: [{cluster: {}}]", ["clusters[0] has no name"]),
            ("kind: Config", ["it defines no contexts", "--kubeconfig"]),
            ("contexts: [{name: x}]", ["no current-context is set; contexts are x", "use-context"]),
            ("{current-context: nobody, contexts: [{name: x}]}", ["\"nobody\" does not exist", "x"]),
            ("{current-context: x, contexts: [{name: x, context: {cluster: gone}}]}", ["cluster \"gone\""]),
            (
                "{current-context: x, contexts: [{name: x, context: {cluster: c, user: gone}}], "
                    + "clusters: [{name: c, cluster: {server: h}}]}", ["user \"gone\""]
            ),
            (
                "{current-context: x, contexts: [{name: x, context: {cluster: c}}], "
                    + "clusters: [{name: c, cluster: {server: 'ftp://h'}}]}", ["\"ftp://h\"", "https://host:port"]
            ),
            (
                "{current-context: x, contexts: [{name: x, context: {cluster: c}}], "
                    + "clusters: [{name: c, cluster: {server: 'https://h', certificate-authority: /gone}}]}",
                ["/gone", "cannot be read: no such file"]
            ),
            (
                "{current-context: x, contexts: [{name: x, context: {cluster: c, user: u}}], "
                    + "clusters: [{name: c, cluster: {server: 'https://h'}}], "
                    + "users: [{name: u, user: {auth-provider: {name: gcp}}}]}", ["auth-provider \"gcp\""]
            ),
        ] as [(String, [String])])
    func broken(text: String, parts: [String]) {
        #expect {
            _ = try loader(["/k": text]).load(path: "/k")
        } throws: { error in
            parts.allSatisfy { "\(error)".contains($0) }
        }
    }

    @Test func `nothing to find is explained`() {
        #expect {
            _ = try loader([:]).load()
        } throws: { error in
            "\(error)".contains("Name a kubeconfig file with --kubeconfig")
        }
    }

    @Test(
        "server addresses are read in their parts",
        arguments: [
            ("https://h", "https://h:443"), ("http://127.0.0.1:0", nil), ("https://[::1]:6443", "https://[::1]:6443"),
            ("h:6443", "https://h:6443"), ("https://h/a/b//", "https://h:443/a/b"), ("https://", nil),
            ("https://user@h", nil), ("https://h:port", nil), ("https://h?x=1", nil),
        ] as [(String, String?)])
    func addresses(text: String, expected: String?) {
        #expect(ServerAddress(parsing: text)?.description == expected)
    }
}
