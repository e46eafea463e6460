import ClusterState
package import ControllerRuntime
import JSON
import KubernetesClient
package import KubernetesModel

/// The embedded API server as its own built-in controllers see it: without the network in between.
///
/// Weir's controllers never use this; they reach the same store through sockets, as in production.
package struct StoreAPI: KubernetesAPI {
    private let store: ClusterStore

    init(_ store: ClusterStore) {
        self.store = store
    }

    package func perform(_ write: KubernetesWrite) async throws -> KubernetesObject? {
        let object = try await send(APIRequest(write))
        return object.kind == "Status" ? nil : object
    }

    package func get(_ kind: ResourceKind, _ key: ObjectKey) async throws -> KubernetesObject {
        try await send(APIRequest(getting: kind, key))
    }

    package func list(_ kind: ResourceKind, _ scope: WatchScope) async throws -> ObjectList {
        var request = APIRequest(
            .list, group: kind.group, version: kind.version, resource: kind.plural, namespace: scope.namespace ?? "")
        request.options.labelSelector = "\(scope.labels)"
        request.options.fieldSelector = scope.fields
        let list = try await send(request)
        return ObjectList(
            items: (list.document["items"]?.arrayValue ?? []).map { KubernetesObject($0).completed(as: kind) },
            resourceVersion: list.resourceVersion)
    }

    package func watch(
        _ kind: ResourceKind, _ scope: WatchScope, from resourceVersion: String
    ) async throws -> AsyncThrowingStream<WatchEvent, any Error> {
        let query = WatchQuery(
            group: kind.group, version: kind.version, resource: kind.plural, namespace: scope.namespace ?? "",
            labelSelector: "\(scope.labels)", fieldSelector: scope.fields)
        return try store.watch(query, after: UInt64(resourceVersion))
    }

    private func send(_ request: APIRequest) async throws -> KubernetesObject {
        let response = await store.answer(request)
        guard response.isSuccess else { throw KubernetesFailure(status: response.document, code: response.code) }
        return KubernetesObject(response.document)
    }
}
