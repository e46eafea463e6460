import JSON
import Testing

@testable import KubernetesClient

/// Forms of a kubeconfig, as kubectl 1.30 takes or refuses them.
@Suite("Forms of a kubeconfig") struct KubeconfigFormsTests {
    /// What a cluster and a user of these fields make.
    private func load(
        cluster: String = "", user: String = "", environment: [String: String] = [:],
        server: String = "https://api:6443"
    ) throws -> ClientConfiguration {
        let text = """
            current-context: x
            contexts: [{name: x, context: {cluster: c, user: u}}]
            clusters: [{name: c, cluster: {server: "\(server)", \(cluster)}}]
            users: [{name: u, user: {\(user)}}]
            """
        let files = ["/d/k": text, "/d/ca.crt": "PEM", "/d/c.crt": "CERT", "/d/c.key": "KEY"]
        let reader = FileReader(
            workingDirectory: "/", exists: { files[$0] != nil },
            read: { path in
                guard let text = files[path] else { throw FileProblem(reason: "no such file") }
                return Array(text.utf8)
            })
        return try ConfigurationLoader(environment: environment, files: reader).load(path: "/d/k")
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        var cluster = ""
        var user = ""
        var words: [String]
        var testDescription: String { "\(cluster)\(user)" }
    }

    @Test(
        "what kubectl refuses is refused, with the value and the remedy",
        arguments: [
            Refusal(cluster: "certificate-authority: ca.crt, certificate-authority-data: UEVN", words: ["has both"]),
            Refusal(user: "client-certificate: c.crt, client-certificate-data: UEVN", words: ["has both"]),
            Refusal(user: "client-certificate: c.crt", words: ["no client-key"]),
            Refusal(user: "token: t, username: a, password: b", words: ["both a token and a user name"]),
            Refusal(user: "as-groups: [g]", words: ["as-groups", "\"as\""]),
            Refusal(user: "auth-provider: {name: gcp}", words: ["\"gcp\"", "exec plugin"]),
            Refusal(user: "exec: {command: p, apiVersion: client.authentication.k8s.io/v1alpha1}", words: ["v1alpha1"]),
            Refusal(
                user: "exec: {command: p, apiVersion: client.authentication.k8s.io/v1}", words: ["interactiveMode"]),
            Refusal(
                user: "exec: {command: p, apiVersion: client.authentication.k8s.io/v1, interactiveMode: Always}",
                words: ["Always", "terminal"]),
            Refusal(user: "exec: {apiVersion: client.authentication.k8s.io/v1}", words: ["without a command"]),
            Refusal(cluster: "proxy-url: 'ftp://p:1'", words: ["proxy-url \"ftp://p:1\"", "scheme \"ftp\""]),
            Refusal(cluster: "proxy-url: 'https://p:1'", words: ["https://", "not supported"]),
            Refusal(cluster: "proxy-url: 'http://p:x'", words: ["not a URL"]),
            Refusal(cluster: "proxy-url: 'http://p:1', tls-server-name: api.test", words: ["through a proxy"]),
        ])
    func refusals(refusal: Refusal) {
        let error = #expect(throws: ConfigurationError.self) {
            try load(cluster: refusal.cluster, user: refusal.user)
        }
        for word in refusal.words { #expect(error?.description.contains(word) == true, "\(String(describing: error))") }
    }

    @Test func `a token wins over a plugin`() throws {
        let exec = "exec: {command: p, apiVersion: client.authentication.k8s.io/v1beta1}"
        #expect(try load(user: "token: t, \(exec)").credential == .token("t"))
    }

    @Test func `a certificate in files is remembered with its files`() throws {
        let configuration = try load(user: "client-certificate: c.crt, client-key: c.key")
        let expected = ClientCertificate(
            chain: Array("CERT".utf8), key: Array("KEY".utf8), chainFile: "/d/c.crt", keyFile: "/d/c.key")
        #expect(configuration.clientCertificate == expected)
    }

    @Test func `impersonation is taken over whole`() throws {
        let user = "as: jane, as-uid: '7', as-groups: [g, h], as-user-extra: {reason: [a, b]}"
        let expected = Impersonation(
            user: "jane", uid: "7", groups: ["g", "h"], extras: [.init(key: "reason", values: ["a", "b"])])
        #expect(try load(user: user).impersonation == expected)
    }

    @Test func `a plugin that wants to know the cluster is told`() throws {
        let cluster = """
            certificate-authority: ca.crt, tls-server-name: api.test,
            extensions: [{name: client.authentication.k8s.io/exec, extension: {audience: z}}]
            """
        let user = "exec: {command: ./p, apiVersion: client.authentication.k8s.io/v1beta1, provideClusterInfo: true}"
        guard case .exec(let plugin) = try load(cluster: cluster, user: user).credential else {
            Issue.record("no plugin")
            return
        }
        let expected: JSONValue = [
            "kind": "ExecCredential", "apiVersion": "client.authentication.k8s.io/v1beta1",
            "spec": [
                "interactive": false,
                "cluster": [
                    "server": "https://api:6443", "tls-server-name": "api.test", "certificate-authority-data": "UEVN",
                    "config": ["audience": "z"],
                ],
            ],
        ]
        #expect(plugin.request == expected)
        #expect(plugin.command == "/d/./p")
    }

    @Test func `a proxy may name a user and be of two kinds`() throws {
        let http = try load(cluster: "proxy-url: 'http://me:a%40b@proxy:3128/'").proxy
        #expect(http?.kind == .http)
        #expect(http?.host == "proxy")
        #expect(http?.port == 3_128)
        #expect(http?.user == "me")
        #expect(http?.password == "a@b")
        let socks = try load(cluster: "proxy-url: 'socks5://proxy'").proxy
        #expect(socks?.kind == .socks5)
        #expect(socks?.port == 1_080)
    }

    @Test func `an address behind a proxy is refused, because its certificate could not be verified`() throws {
        let proxy = "proxy-url: 'http://p:1'"
        #expect(throws: ConfigurationError.self) { try load(cluster: proxy, server: "https://10.1.2.3:6443") }
        let unverified = "\(proxy), insecure-skip-tls-verify: true"
        #expect(try load(cluster: unverified, server: "https://10.1.2.3:6443").proxy?.host == "p")
        #expect(try load(cluster: proxy, server: "http://10.1.2.3:8080").proxy?.host == "p")
    }

    @Test func `the kubeconfig's proxy wins over the environment's`() throws {
        let environment = ["HTTPS_PROXY": "http://other:1"]
        #expect(try load(cluster: "proxy-url: 'http://proxy:1'", environment: environment).proxy?.host == "proxy")
        #expect(try load(environment: environment).proxy?.host == "other")
        #expect(try load(environment: ["https_proxy": "other:1"]).proxy?.host == "other")
        #expect(try load(environment: ["HTTP_PROXY": "http://other:1"]).proxy == nil)
        #expect(try load(environment: ["HTTP_PROXY": "other:1"], server: "http://api:80").proxy?.host == "other")
        #expect(throws: ConfigurationError.self) { try load(environment: ["HTTPS_PROXY": "https://other:1"]) }
    }

    @Test(
        "NO_PROXY excepts hosts, domains, addresses and ranges",
        arguments: [
            ("https://api:6443", "api", true), ("https://api:6443", "*", true), ("https://api:6443", "ap", false),
            ("https://api.x.test", ".x.test", true), ("https://api.x.test", "x.test", true),
            ("https://x.test", ".x.test", false), ("https://api.x.test", "*.x.test", true),
            ("https://apix.test", "x.test", false), ("https://api:6443", "api:6443", true),
            ("https://api:6443", "api:443", false), ("https://10.1.2.3", "10.0.0.0/8", true),
            ("https://10.1.2.3", " 10.1.2.3 , b", true), ("https://10.1.2.3", "10.1.3.0/24", false),
            ("https://10.1.2.3", "10.1.2.2/31", true), ("https://10.1.2.3", "10.1.2.3:443", true),
            ("https://[fd00::1]", "fd00::/16", true), ("https://localhost:1", "", true),
            ("https://127.0.0.5:1", "", true), ("https://[::1]:1", "", true), ("https://api", "", false),
        ])
    func exceptions(server: String, list: String, isDirect: Bool) throws {
        let environment = ["HTTPS_PROXY": "http://proxy:1", "NO_PROXY": list]
        let address = try #require(ServerAddress(parsing: server))
        #expect(try (ProxyEnvironment(environment: environment).proxy(for: address) == nil) == isDirect)
    }
}
