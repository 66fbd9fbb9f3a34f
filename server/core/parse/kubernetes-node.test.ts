import { describe, expect, it } from "vitest";
import { expectLinear, expectOnlyParseErrors } from "./hostile-text.test-support";
import { type KubernetesNode, parseKubernetesNodes } from "./kubernetes-node";
import { ParseError } from "./parsed";

// Written by hand after the API of Kubernetes: our captures hold no cluster.
const NODE_YAML = `---
apiVersion: v1
kind: Node
metadata:
  annotations:
    machine.openshift.io/machine: openshift-machine-api/worker-0
  managedFields:
  - apiVersion: v1
    fieldsV1:
      f:status:
        f:capacity:
          f:memory: {}
    manager: kubelet
  name: worker-0.example.net
spec:
  providerID: aws:///us-east-1a/i-0
status:
  allocatable:
    cpu: 3500m
    hugepages-1Gi: "0"
    memory: 15115492Ki
  capacity:
    cpu: "4"
    memory: 16266468Ki
  conditions:
  - lastHeartbeatTime: "2026-02-03T10:00:00Z"
    message: kubelet has insufficient memory available
    reason: KubeletHasInsufficientMemory
    status: "True"
    type: MemoryPressure
  - message: kubelet has no disk pressure
    status: "False"
    type: DiskPressure
  images:
  - names:
    - quay.io/x@sha256:1
    sizeBytes: 1234
  nodeInfo:
    architecture: amd64
    kernelVersion: 4.18.0-372.73.1.el8_6.x86_64
    osImage: Red Hat Enterprise Linux CoreOS 412.86
`;

const WORKER: KubernetesNode = {
  name: "worker-0.example.net",
  allocatable: { value: 15_115_492 * 1024, line: 21 },
  capacity: { value: 16_266_468 * 1024, line: 24 },
  cpus: 4,
  memoryPressure: { status: "True", line: 30 },
  arch: "x86_64",
  kernel: "4.18.0-372.73.1.el8_6.x86_64",
  os: "Red Hat Enterprise Linux CoreOS 412.86",
};

describe("a node of Kubernetes", () => {
  it("has its sizes, its pressure and its kernel", () => {
    expect(parseKubernetesNodes(NODE_YAML).value).toEqual([WORKER]);
  });

  it("one of a list is read the same, as YAML and as JSON", () => {
    const items = NODE_YAML.split("\n").slice(1, -1);
    const yaml = `apiVersion: v1\nitems:\n- ${items.join("\n  ")}\n- ${items.join("\n  ").replaceAll("worker-0", "worker-1")}\nkind: List\n`;
    const names = (nodes: readonly KubernetesNode[]) => nodes.map(({ name }) => name);
    expect(names(parseKubernetesNodes(yaml).value)).toEqual([
      "worker-0.example.net",
      "worker-1.example.net",
    ]);
    expect(parseKubernetesNodes(yaml).value[1]?.capacity?.value).toBe(WORKER.capacity?.value);
    const json = JSON.stringify(
      {
        kind: "NodeList",
        items: [
          {
            metadata: { name: "worker-0.example.net" },
            status: {
              capacity: { cpu: "4", memory: "16266468Ki" },
              conditions: [{ status: "Unknown", type: "MemoryPressure" }],
              nodeInfo: { kernelVersion: "6.1.0" },
            },
          },
        ],
      },
      null,
      4,
    );
    expect(parseKubernetesNodes(json).value[0]).toMatchObject({
      name: "worker-0.example.net",
      capacity: { value: 16_266_468 * 1024 },
      memoryPressure: { status: "Unknown" },
      kernel: "6.1.0",
    });
  });

  it("without a name is an error", () => {
    expect(() => parseKubernetesNodes("kind: Node\nstatus:\n")).toThrow(ParseError);
  });

  it("throws nothing but ParseError", () => expectOnlyParseErrors(parseKubernetesNodes));
  it(
    "is read in linear time",
    () =>
      expectLinear({
        parse: parseKubernetesNodes,
        good: "metadata:\n  name: a",
        pick: (nodes: readonly KubernetesNode[]) => nodes[0]?.cpus,
      }),
    20_000,
  );
});
