import JSON
import Testing

@testable import KubernetesClient

@Suite("Options above a kubeconfig, ConfigurationLoader") struct ClientOverridesTests {
    private let kubeconfig = """
        current-context: one
        contexts:
        - name: one
          context: {cluster: c, user: u, namespace: shop}
        clusters:
        - name: c
          cluster: {server: "https://10.0.0.1:6443", tls-server-name: kubernetes}
        - name: d
          cluster: {server: "https://10.0.0.2:6443"}
        users:
        - name: u
          user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: get-token}}
        - name: v
          user: {token: other}
        """

    private func load(_ overrides: ClientOverrides, hasFile: Bool = true) throws -> ClientConfiguration {
        let files = hasFile ? ["/home/me/.kube/config": kubeconfig] : [:]
        let reader = FileReader(
            workingDirectory: "/home/me", exists: { files[$0] != nil },
            read: { path in
                guard let text = files[path] else { throw FileProblem(reason: "no such file") }
                return Array(text.utf8)
            })
        return try ConfigurationLoader(environment: ["HOME": "/home/me"], files: reader).load(overrides: overrides)
    }

    @Test func `another cluster and user take the place of the context's`() throws {
        let configuration = try load(ClientOverrides(cluster: "d", user: "v"))
        #expect(configuration.server.host == "10.0.0.2")
        #expect(configuration.credential == .token("other"))
        #expect(configuration.namespace == "shop")
        let error = #expect(throws: ConfigurationError.self) { try load(ClientOverrides(cluster: "x")) }
        #expect(error?.description.contains("\"x\", which is not defined") == true)
    }

    @Test func `a token goes before a plugin, and a server before the cluster's`() throws {
        var overrides = ClientOverrides(
            server: "https://api.test:443", token: "mine", tlsServerName: "inner", skipsVerification: true)
        overrides.impersonation = Impersonation(user: "jane", uid: "7", groups: ["dev"])
        overrides.requestLimit = .seconds(5)
        let configuration = try load(overrides)
        #expect(configuration.credential == .token("mine"))
        #expect(configuration.server.host == "api.test")
        #expect(configuration.trust == .anything)
        #expect(configuration.tlsServerName == "inner")
        #expect(configuration.impersonation == overrides.impersonation)
        #expect(configuration.requestLimit == .seconds(5))
    }

    @Test func `with a server no kubeconfig is needed`() throws {
        let configuration = try load(ClientOverrides(server: "http://127.0.0.1:8001"), hasFile: false)
        #expect(configuration.server.description == "http://127.0.0.1:8001")
        #expect(configuration.credential == .none)
        #expect(throws: ConfigurationError.self) { try load(ClientOverrides(token: "t"), hasFile: false) }
    }
}
