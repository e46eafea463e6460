import JSON
import KubernetesModel
import Logging
import Synchronization
import Testing

@testable import KubernetesClient

@Suite("Discovery") struct DiscoveryTests {
    /// A server that serves these lists of resources and counts how often it is asked.
    final class Server: Sendable {
        let lists: Mutex<[String: JSONValue]>
        let asked = Mutex(0)

        init(_ lists: [String: JSONValue]) {
            self.lists = Mutex(lists)
        }

        var discovery: Discovery {
            Discovery(logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }) { path in
                self.asked.withLock { $0 += 1 }
                guard let list = self.lists.withLock({ $0[path] }) else {
                    throw KubernetesFailure(code: 404, reason: "NotFound", message: "no such path")
                }
                return list
            }
        }
    }

    private let slices: JSONValue = ["resources": [["name": "endpointslices", "kind": "EndpointSlice"]]]

    @Test func `a server of 1_20 gives the beta versions`() async throws {
        let server = Server([
            "/apis/discovery.k8s.io/v1beta1": slices,
            "/api/v1": ["resources": [["name": "pods/eviction", "group": "policy", "version": "v1beta1"]]],
        ])
        let discovery = server.discovery
        #expect(try await discovery.form(of: .endpointSlice).version == "v1beta1")
        #expect(try await discovery.evictionVersion() == "v1beta1")
    }

    @Test func `a current server gives v1, and is asked once`() async throws {
        let server = Server(["/apis/discovery.k8s.io/v1": slices, "/apis/discovery.k8s.io/v1beta1": slices])
        let discovery = server.discovery
        #expect(try await discovery.form(of: .endpointSlice) == .endpointSlice)
        #expect(try await discovery.form(of: .endpointSlice) == .endpointSlice)
        #expect(server.asked.withLock { $0 } == 1)
    }

    @Test func `a kind in one version is not asked about`() async throws {
        let server = Server([:])
        #expect(try await server.discovery.form(of: .pod) == .pod)
        #expect(server.asked.withLock { $0 } == 0)
    }

    @Test func `a version that has gone is found in its new place after forgetting`() async throws {
        let server = Server(["/apis/discovery.k8s.io/v1beta1": slices])
        let discovery = server.discovery
        #expect(try await discovery.form(of: .endpointSlice).version == "v1beta1")
        server.lists.withLock { $0 = ["/apis/discovery.k8s.io/v1": slices] }
        discovery.forget()
        #expect(try await discovery.form(of: .endpointSlice).version == "v1")
    }

    @Test func `a kind that is served in no version is an error of its own`() async throws {
        let discovery = Server([:]).discovery
        await #expect(throws: KindNotServed(.endpointSlice)) { try await discovery.form(of: .endpointSlice) }
    }
}
