import {
  bytesField,
  bytesListField,
  type FilePlace,
  floatField,
  floatsField,
  int32Field,
  int64Field,
  int64sField,
  messageField,
  messagesField,
  packedField,
  placeField,
  stringField,
  stringsField,
} from '../../bytes/protobuf/fields.ts';
import { type MessageType, messageType } from '../../bytes/protobuf/message.ts';

/**
 * The ONNX messages (IR version 14), limited to the fields that a converter needs. Doc strings, training information, device configurations
 * and quantization annotations are skipped.
 */
export interface ModelProto {
  irVersion: bigint | undefined;
  producerName: string | undefined;
  producerVersion: string | undefined;
  graph: GraphProto | undefined;
  opsetImport: OperatorSetIdProto[];
  functions: FunctionProto[];
}

export interface OperatorSetIdProto {
  domain: string | undefined;
  version: bigint | undefined;
}

export interface GraphProto {
  node: NodeProto[];
  name: string | undefined;
  initializer: TensorProto[];
  sparseInitializer: SparseTensorProto[];
  input: ValueInfoProto[];
  output: ValueInfoProto[];
  valueInfo: ValueInfoProto[];
}

export interface NodeProto {
  input: string[];
  output: string[];
  name: string | undefined;
  opType: string | undefined;
  domain: string | undefined;
  overload: string | undefined;
  attribute: AttributeProto[];
}

export interface FunctionProto {
  name: string | undefined;
  domain: string | undefined;
  overload: string | undefined;
  input: string[];
  output: string[];
  attribute: string[];
  attributeProto: AttributeProto[];
  node: NodeProto[];
  opsetImport: OperatorSetIdProto[];
}

export interface AttributeProto {
  name: string | undefined;
  refAttrName: string | undefined;
  type: number | undefined;
  f: number | undefined;
  i: bigint | undefined;
  s: Uint8Array | undefined;
  t: TensorProto | undefined;
  g: GraphProto | undefined;
  sparseTensor: SparseTensorProto | undefined;
  floats: number[];
  ints: bigint[];
  strings: Uint8Array[];
}

export interface TensorProto {
  name: string | undefined;
  dims: bigint[];
  dataType: number | undefined;
  segment: Uint8Array | undefined;
  /** Pieces of the packed little-endian or varint encoding, not decoded yet. */
  floatData: Uint8Array[];
  int32Data: Uint8Array[];
  int64Data: Uint8Array[];
  doubleData: Uint8Array[];
  uint64Data: Uint8Array[];
  stringData: Uint8Array[];
  rawData: FilePlace | undefined;
  externalData: StringStringEntryProto[];
  dataLocation: number | undefined;
}

export interface SparseTensorProto {
  values: TensorProto | undefined;
  indices: TensorProto | undefined;
  dims: bigint[];
}

export interface StringStringEntryProto {
  key: string | undefined;
  value: string | undefined;
}

export interface ValueInfoProto {
  name: string | undefined;
  type: TypeProto | undefined;
}

export interface TypeProto {
  tensorType: TensorTypeProto | undefined;
  sparseTensorType: TensorTypeProto | undefined;
  /** The other kinds of value are detected but never decoded. */
  sequenceType: Uint8Array | undefined;
  mapType: Uint8Array | undefined;
  optionalType: Uint8Array | undefined;
  opaqueType: Uint8Array | undefined;
}

export interface TensorTypeProto {
  elemType: number | undefined;
  shape: TensorShapeProto | undefined;
}

export interface TensorShapeProto {
  dim: DimensionProto[];
}

export interface DimensionProto {
  dimValue: bigint | undefined;
  dimParam: string | undefined;
}

export const modelProto: MessageType<ModelProto> = messageType(() => ({
  irVersion: int64Field(1),
  producerName: stringField(2),
  producerVersion: stringField(3),
  graph: messageField(7, () => graphProto),
  opsetImport: messagesField(8, () => operatorSetIdProto),
  functions: messagesField(25, () => functionProto),
}));

const operatorSetIdProto: MessageType<OperatorSetIdProto> = messageType(() => ({
  domain: stringField(1),
  version: int64Field(2),
}));

const graphProto: MessageType<GraphProto> = messageType(() => ({
  node: messagesField(1, () => nodeProto),
  name: stringField(2),
  initializer: messagesField(5, () => tensorProto),
  sparseInitializer: messagesField(15, () => sparseTensorProto),
  input: messagesField(11, () => valueInfoProto),
  output: messagesField(12, () => valueInfoProto),
  valueInfo: messagesField(13, () => valueInfoProto),
}));

/** Budget entries per node, in addition to its message: its names and types. */
const entriesPerNode = 6;

const nodeProto: MessageType<NodeProto> = messageType(
  () => ({
    input: stringsField(1),
    output: stringsField(2),
    name: stringField(3),
    opType: stringField(4),
    domain: stringField(7),
    overload: stringField(8),
    attribute: messagesField(5, () => attributeProto),
  }),
  entriesPerNode,
);

const functionProto: MessageType<FunctionProto> = messageType(() => ({
  name: stringField(1),
  domain: stringField(10),
  overload: stringField(13),
  input: stringsField(4),
  output: stringsField(5),
  attribute: stringsField(6),
  attributeProto: messagesField(11, () => attributeProto),
  node: messagesField(7, () => nodeProto),
  opsetImport: messagesField(9, () => operatorSetIdProto),
}));

const attributeProto: MessageType<AttributeProto> = messageType(() => ({
  name: stringField(1),
  refAttrName: stringField(21),
  type: int32Field(20),
  f: floatField(2),
  i: int64Field(3),
  s: bytesField(4),
  t: messageField(5, () => tensorProto),
  g: messageField(6, () => graphProto),
  sparseTensor: messageField(22, () => sparseTensorProto),
  floats: floatsField(7),
  ints: int64sField(8),
  strings: bytesListField(9),
}));

/** Also the message in a `.pb` file with a single tensor. */
export const tensorProto: MessageType<TensorProto> = messageType(() => ({
  name: stringField(8),
  dims: int64sField(1),
  dataType: int32Field(2),
  segment: bytesField(3),
  floatData: packedField(4, 'fixed32'),
  int32Data: packedField(5, 'varint'),
  int64Data: packedField(7, 'varint'),
  doubleData: packedField(10, 'fixed64'),
  uint64Data: packedField(11, 'varint'),
  stringData: bytesListField(6),
  rawData: placeField(9),
  externalData: messagesField(13, () => stringStringEntryProto),
  dataLocation: int32Field(14),
}));

const sparseTensorProto: MessageType<SparseTensorProto> = messageType(() => ({
  values: messageField(1, () => tensorProto),
  indices: messageField(2, () => tensorProto),
  dims: int64sField(3),
}));

const stringStringEntryProto: MessageType<StringStringEntryProto> = messageType(() => ({
  key: stringField(1),
  value: stringField(2),
}));

const valueInfoProto: MessageType<ValueInfoProto> = messageType(() => ({
  name: stringField(1),
  type: messageField(2, () => typeProto),
}));

const typeProto: MessageType<TypeProto> = messageType(() => ({
  tensorType: messageField(1, () => tensorTypeProto),
  sparseTensorType: messageField(8, () => tensorTypeProto),
  sequenceType: bytesField(4),
  mapType: bytesField(5),
  optionalType: bytesField(9),
  opaqueType: bytesField(7),
}));

const tensorTypeProto: MessageType<TensorTypeProto> = messageType(() => ({
  elemType: int32Field(1),
  shape: messageField(2, () => tensorShapeProto),
}));

const tensorShapeProto: MessageType<TensorShapeProto> = messageType(() => ({
  dim: messagesField(1, () => dimensionProto),
}));

const dimensionProto: MessageType<DimensionProto> = messageType(() => ({
  dimValue: int64Field(1),
  dimParam: stringField(2),
}));
